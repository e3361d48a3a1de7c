#!/bin/sh
# The openssl command with hufusm2 loaded before default makes and accepts a standard SM2 chain, its CRL and its OCSP answers, without any
# distid option; and default alone, told the standard identifier, agrees.
# usage: openssl_command_test.sh MODULE-DIRECTORY
set -u
modules=$1
here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT
cd "$here" || exit 1
count=0 failed=0

tell() { # tell RESULT WHAT
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
		return
	fi
	echo "not ok $count - $2"
	sed 's/^/# /' out.txt
	failed=1
}
ok() { # ok WHAT COMMAND...: the command succeeds
	what=$1
	shift
	"$@" >out.txt 2>&1
	tell $? "$what"
}
refused() { # refused WHAT WHY COMMAND...: the command fails, and prints WHY
	what=$1 why=$2
	shift 2
	! "$@" >out.txt 2>&1 && grep -q "$why" out.txt
	tell $? "$what"
}
says() { # says WHAT TEXT: the command before printed it
	grep -q "$2" out.txt
	tell $? "$1"
}
place() { # place FILE PATTERN: the offset of the first such octets in the file
	LC_ALL=C grep -obUaP "$2" "$1" | head -1 | cut -d: -f1
}
flip() { # flip FILE OFFSET: the octet there becomes another one
	octet=$(od -An -tu1 -j"$2" -N1 "$1")
	printf "\\$(printf %03o $(((octet + 1) % 256)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
hufu() {
	command=$1
	shift
	openssl "$command" -provider-path "$modules" -provider hufusm2 -provider default "$@"
}
# dgst fetches digests before it loads what -provider names, so default would come first: there the settings file loads both.
configured() {
	OPENSSL_CONF="$here/openssl.cnf" openssl "$@"
}
settings() { # settings LINE: an openssl.cnf whose section of hufusm2 also has LINE
	cat >openssl.cnf <<-END
		openssl_conf = init
		[init]
		providers = providers
		[providers]
		hufusm2 = hufu_section
		default = default_section
		[hufu_section]
		module = $modules/hufusm2.so
		activate = 1
		$1
		[default_section]
		activate = 1
	END
}
id=distid:1234567812345678
forged="certificate signature failure"

cat >ca.cnf <<'END'
[req]
distinguished_name = dn
[dn]
[v3_ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[v3_user]
authorityKeyIdentifier = keyid
[v3_ocsp]
extendedKeyUsage = OCSPSigning
[ca]
default_ca = issuing
[issuing]
database = index.txt
serial = serial
new_certs_dir = .
certificate = sub.pem
private_key = sub.key
default_md = sm3
default_days = 30
default_crl_days = 3
policy = any
x509_extensions = v3_user
unique_subject = no
[any]
commonName = supplied
END
: >index.txt
echo 1000 >serial

for name in root sub user ocsp; do
	ok "key of $name" hufu genpkey -algorithm SM2 -out $name.key
done
ok "key in the EC form" hufu genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out ec.key
ok "signs a request" hufu req -new -key ec.key -sm3 -subj /CN=ec -config ca.cnf -out ec.csr
ok "which verifies by default with the identifier" openssl req -verify -config ca.cnf -in ec.csr -noout -vfyopt $id
ok "public key" hufu pkey -in user.key -pubout -out user.pub
ok "public key in DER" hufu pkey -in user.key -pubout -outform DER -out user.pub.der
ok "private key in DER" hufu pkey -in user.key -outform DER -out user.key.der
ok "encrypted private key" hufu pkey -in user.key -aes256 -passout pass:secret -out user.enc
ok "the encrypted key again" hufu pkey -in user.enc -passin pass:secret -out user.again
ok "is the same" cmp user.key user.again
ok "key as text" hufu pkey -in user.key -text -noout
ok "key is consistent" hufu pkey -in user.key -check -noout

ok "root certificate" hufu req -new -x509 -key root.key -sm3 -subj /CN=Root -days 30 -config ca.cnf -extensions v3_ca -out root.pem
for name in sub user ocsp; do
	ok "request of $name" hufu req -new -key $name.key -sm3 -subj /CN=$name -config ca.cnf -out $name.csr
	ok "request verifies" hufu req -verify -config ca.cnf -in $name.csr -noout
	ok "request verifies by default with the identifier" openssl req -verify -config ca.cnf -in $name.csr -noout -vfyopt $id
done
ok "issuing certificate by x509" hufu x509 -req -in sub.csr -CA root.pem -CAkey root.key -set_serial 2 -sm3 -days 30 -extfile ca.cnf -extensions v3_ca -out sub.pem
ok "user certificate by ca" hufu ca -batch -config ca.cnf -in user.csr -out user.pem -notext
ok "OCSP certificate by ca" hufu ca -batch -config ca.cnf -in ocsp.csr -out ocsp.pem -notext -extensions v3_ocsp
ok "certificate as text" hufu x509 -in user.pem -text -noout

ok "chain verifies" hufu verify -CAfile root.pem -untrusted sub.pem user.pem
ok "each link verifies by default with the identifier" openssl verify -partial_chain -trusted sub.pem -vfyopt $id user.pem
ok "the first link too" openssl verify -CAfile root.pem -vfyopt $id sub.pem
refused "default alone takes the empty identifier" "$forged" openssl verify -CAfile root.pem sub.pem
ok "a chain that default made with the identifier" openssl req -new -x509 -key root.key -sm3 -sigopt $id -subj /CN=Other -days 30 -config ca.cnf -out other.pem
ok "verifies" hufu verify -check_ss_sig -CAfile other.pem other.pem
ok "one with the empty identifier" openssl req -new -x509 -key root.key -sm3 -subj /CN=Empty -days 30 -config ca.cnf -out empty.pem
refused "does not verify" "$forged" hufu verify -check_ss_sig -CAfile empty.pem empty.pem

ok "revocation" hufu ca -config ca.cnf -revoke user.pem
ok "CRL" hufu ca -gencrl -config ca.cnf -out sub.crl
ok "CRL verifies" hufu crl -in sub.crl -CAfile sub.pem -noout
says "and says so" "verify OK"
refused "the revoked certificate" "certificate revoked" hufu verify -crl_check -CRLfile sub.crl -CAfile root.pem -untrusted sub.pem user.pem
ok "the other one is not" hufu verify -crl_check -CRLfile sub.crl -CAfile root.pem -untrusted sub.pem ocsp.pem

ok "OCSP request" openssl ocsp -sm3 -issuer sub.pem -cert user.pem -no_nonce -reqout request.der
ok "OCSP answer" hufu ocsp -index index.txt -CA sub.pem -rsigner ocsp.pem -rkey ocsp.key -rmd sm3 -reqin request.der -respout answer.der -ndays 1
cat sub.pem root.pem >chain.pem
ok "OCSP answer verifies" hufu ocsp -respin answer.der -sm3 -issuer sub.pem -cert user.pem -CAfile root.pem -verify_other chain.pem
says "and says so" "Response verify OK"
says "revoked" "user.pem: revoked"

# What is flipped can still be read: a year, and the last octet, which is one of the signature's; in the OCSP answer it is one of its certificate's.
crl_verifies() {
	hufu crl -inform DER -in "$1" -CAfile sub.pem -noout
}
answer_verifies() {
	hufu ocsp -respin "$1" -sm3 -issuer sub.pem -cert user.pem -CAfile root.pem -verify_other chain.pem
}
flipped() { # flipped FILE OFFSET
	cp "$1" flipped.der && flip flipped.der "$2"
}
time='\d{12}Z' signed_with_sm3='\x2a\x81\x1c\xcf\x55\x01\x83\x75\x03'
openssl x509 -in user.pem -outform DER -out user.der
openssl crl -in sub.crl -outform DER -out sub.der
ok "the certificate in DER verifies" hufu verify -CAfile root.pem -untrusted sub.pem user.der
for at in "$(place user.der "$time")" $(($(wc -c <user.der) - 1)); do
	flipped user.der "$at"
	refused "with octet $at flipped it does not" "$forged" hufu verify -CAfile root.pem -untrusted sub.pem flipped.der
done
ok "the CRL in DER is read" crl_verifies sub.der
says "and verifies" "verify OK"
for at in "$(place sub.der "$time")" $(($(wc -c <sub.der) - 1)); do
	flipped sub.der "$at"
	crl_verifies flipped.der >out.txt 2>&1 # whose status is no verdict
	says "with octet $at flipped it does not" "verify failure"
done
for at in "$(place answer.der "$time")" $(($(place answer.der "$signed_with_sm3") + 24)); do
	flipped answer.der "$at"
	refused "an OCSP answer with octet $at flipped" "ocsp_verify:signature failure" answer_verifies flipped.der
done
flipped answer.der $(($(wc -c <answer.der) - 1))
refused "an OCSP answer whose certificate is flipped" "$forged" answer_verifies flipped.der

echo "a message" >message
ok "dgst takes default's SM2, whatever -provider names" hufu dgst -sm3 -sign user.key -out signature message
ok "which signs with the empty identifier" openssl dgst -sm3 -verify user.pub -signature signature message
settings ""
ok "signs a message" configured dgst -sm3 -sign user.key -out signature message
ok "verifies it" configured dgst -sm3 -verify user.pub -signature signature message
ok "default verifies it with the identifier" openssl dgst -sm3 -verify user.pub -sigopt $id -signature signature message
ok "with another identifier" configured dgst -sm3 -sign user.key -sigopt distid:alice -out other message
ok "default verifies with that" openssl dgst -sm3 -verify user.pub -sigopt distid:alice -signature other message
refused "the usual one does not" "Verification failure" configured dgst -sm3 -verify user.pub -signature other message
refused "another digest" "SM3 is the only digest" configured dgst -sha256 -sign user.key -out other message
ok "signs a digest" sh -c "openssl dgst -sm3 -binary message >digest"
ok "by pkeyutl" hufu pkeyutl -sign -inkey user.key -in digest -out raw
ok "default verifies it" openssl pkeyutl -verify -inkey user.key -in digest -sigfile raw
ok "encrypts" hufu pkeyutl -encrypt -pubin -inkey user.pub -in message -out cipher
ok "default decrypts" openssl pkeyutl -decrypt -inkey user.key -in cipher -out plain
ok "the same" cmp message plain
ok "default encrypts" openssl pkeyutl -encrypt -pubin -inkey user.pub -in message -out cipher
ok "decrypts" hufu pkeyutl -decrypt -inkey user.key -in cipher -out plain
ok "the same again" cmp message plain
flip cipher 90
refused "a changed one" "does not open with this key" hufu pkeyutl -decrypt -inkey user.key -in cipher -out plain

ok "speed runs" hufu speed -seconds 1 sm2
says "and tells rates" "SM2 (CurveSM2)"

settings "default-id = alice"
ok "the section's identifier is taken" configured dgst -sm3 -sign user.key -out other message
ok "default verifies with it" openssl dgst -sm3 -verify user.pub -sigopt distid:alice -signature other message
ok "the provider is listed" configured list -providers -verbose
says "as active" "hufu SM2"

echo "1..$count"
exit $failed
