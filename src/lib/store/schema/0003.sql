-- The follower of the feed passes over records whose deed is here already. What nobody searches by needs no index: each one that is not in
-- the order of time costs every issue a page to write.
CREATE INDEX order_signed_number ON order_signed (number) WHERE number > 0;
DROP INDEX order_signed_of;
DROP INDEX certificate_pair;
