-- The follower of the feed passes over records whose deed is here already.
CREATE INDEX order_signed_number ON order_signed (number) WHERE number > 0;
