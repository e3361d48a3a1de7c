/* An outside judge of what a run of hufu left behind: Bouncy Castle reads, verifies and opens everything with code that hufu did not write,
 * and refuses all of it once a bit is flipped. Usage: Judge DIRECTORY. What the directory holds stands in README.md beside this file. */

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.jcajce.provider.asymmetric.ec.BCECPrivateKey;
import org.bouncycastle.jcajce.provider.asymmetric.ec.BCECPublicKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECParameterSpec;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

public final class Judge {
	private static final String ARC = "2.25.135817064095387270372609124477191930925";
	private static final String SM2_WITH_SM3 = "1.2.156.10197.1.501";
	private static final int FLIPS = 48; /* places of one object at which a bit is flipped */

	/** Throws, or returns false, when the thing is not good. */
	private interface Check {
		boolean holds() throws Exception;
	}
	private interface CheckOf {
		boolean holds(byte[] bytes) throws Exception;
	}

	private final Path directory;
	private final CertificateFactory factory;
	private int passed, failed;

	private Judge(Path directory) throws Exception {
		this.directory = directory;
		this.factory = CertificateFactory.getInstance("X.509", "BC");
	}

	public static void main(String[] arguments) throws Exception {
		if (arguments.length != 1) {
			System.err.println("usage: Judge DIRECTORY");
			System.exit(2);
		}
		Security.addProvider(new BouncyCastleProvider());
		Judge judge = new Judge(Path.of(arguments[0]));
		judge.certificates();
		judge.pairs();
		judge.request();
		judge.revocationList();
		judge.statusAnswers();
		judge.signedTexts();
		judge.whatTheTextsSay();
		judge.envelopes();
		judge.index();
		System.out.printf("%d passed, %d failed%n", judge.passed, judge.failed);
		System.exit(judge.failed == 0 && judge.passed > 0 ? 0 : 1);
	}

	/* ---- counting ---- */

	private void accepts(String words, Check check) {
		String why = "";
		boolean good = false;
		try {
			good = check.holds();
		} catch (Exception e) {
			why = " (" + e + ")";
		}
		if (good)
			passed++;
		else
			failed++;
		System.out.println((good ? "ok - " : "not ok - ") + words + (good ? "" : why));
	}

	/** The check must hold for the bytes as they are, and for none of their variations by one bit. */
	private void acceptsOnlyUnchanged(String words, byte[] bytes, CheckOf check) {
		accepts(words, () -> check.holds(bytes));
		accepts(words + ", refused with any bit flipped", () -> {
			int step = Math.max(1, bytes.length / FLIPS);
			for (int at = 0; at < bytes.length; at += step) {
				byte[] changed = bytes.clone();
				changed[at] ^= (byte)(1 << at % 8);
				if (survives(check, changed))
					throw new Exception("bit " + at % 8 + " of byte " + at + " may be flipped");
			}
			return true;
		});
	}

	private static boolean survives(CheckOf check, byte[] changed) {
		try {
			return check.holds(changed);
		} catch (Exception e) {
			return false;
		}
	}

	/* ---- files ---- */

	private byte[] file(String name) throws Exception {
		return Files.readAllBytes(directory.resolve(name));
	}

	private String text(String name) throws Exception {
		return new String(file(name), StandardCharsets.UTF_8);
	}

	private byte[] pem(String name) throws Exception {
		StringBuilder body = new StringBuilder();
		for (String line : text(name).split("\n")) {
			if (!line.startsWith("-----"))
				body.append(line.trim());
		}
		return Base64.getDecoder().decode(body.toString());
	}

	private X509Certificate parse(byte[] der) throws Exception {
		X509Certificate certificate = (X509Certificate)factory.generateCertificate(new ByteArrayInputStream(der));
		if (certificate == null || !Arrays.equals(certificate.getEncoded(), der))
			throw new Exception("not one certificate in DER");
		return certificate;
	}

	private X509Certificate certificate(String name) throws Exception {
		return parse(pem(name));
	}

	private static String hex(byte[] bytes) {
		StringBuilder text = new StringBuilder();
		for (byte b : bytes)
			text.append(String.format("%02x", b));
		return text.toString();
	}

	private static String hex32(BigInteger serial) {
		return String.format("%032x", serial);
	}

	private static byte[] sm3(byte[] bytes) throws Exception {
		return MessageDigest.getInstance("SM3", "BC").digest(bytes);
	}

	/* ---- certificates ---- */

	private void certificates() throws Exception {
		X509Certificate root = certificate("root.crt"), issuing = certificate("issuing.crt");

		acceptsOnlyUnchanged("root signs itself", pem("root.crt"), der -> signedBy(parse(der), root.getPublicKey()));
		acceptsOnlyUnchanged("issuing CA under the root", pem("issuing.crt"), der -> signedBy(parse(der), root.getPublicKey()));
		accepts("root may have one CA below it, the issuing CA none",
			() -> root.getBasicConstraints() == 1 && issuing.getBasicConstraints() == 0);
		for (String name : List.of("ocsp.crt", "sign.crt", "enc.crt", "revoked.crt", "soft-sign.crt", "soft-enc.crt", "accept.crt",
					   "approve.crt", "receipt.crt")) {
			acceptsOnlyUnchanged(name + " under the issuing CA", pem(name), der -> signedBy(parse(der), issuing.getPublicKey()));
			accepts(name + " has a path to the root", () -> pathHolds(certificate(name)));
			accepts(name + " is no CA, names its keys, and its serial number has 16 bytes", () -> isEndEntity(certificate(name)));
		}
		accepts("signing keys of journal and responder may do nothing else", () -> {
			X509Certificate receipt = certificate("receipt.crt"), ocsp = certificate("ocsp.crt");
			return receipt.getExtendedKeyUsage().equals(List.of(ARC + ".3")) && critical(receipt, "2.5.29.37") &&
				ocsp.getExtendedKeyUsage().equals(List.of("1.3.6.1.5.5.7.3.9")) && critical(ocsp, "2.5.29.37") &&
				ocsp.getExtensionValue("1.3.6.1.5.5.7.48.1.5") != null;
		});
	}

	private static boolean critical(X509Certificate certificate, String oid) {
		return certificate.getCriticalExtensionOIDs() != null && certificate.getCriticalExtensionOIDs().contains(oid);
	}

	private static boolean signedBy(X509Certificate certificate, PublicKey key) throws Exception {
		certificate.verify(key, "BC");
		return certificate.getSigAlgOID().equals(SM2_WITH_SM3) && certificate.getVersion() == 3;
	}

	/** At a moment at which the certificate was valid, for those that are short-lived or old by now. */
	private boolean pathHolds(X509Certificate leaf) throws Exception {
		PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate("root.crt"), null)));
		parameters.setRevocationEnabled(false);
		parameters.setDate(new Date(leaf.getNotBefore().getTime() + 1000));
		CertPathValidator.getInstance("PKIX", "BC")
			.validate(factory.generateCertPath(List.of(leaf, certificate("issuing.crt"))), parameters);
		return true;
	}

	private boolean isEndEntity(X509Certificate c) throws Exception {
		X509Certificate issuing = certificate("issuing.crt");
		int bits = c.getSerialNumber().bitLength();
		byte[] authority = ASN1OctetString.getInstance(c.getExtensionValue("2.5.29.35")).getOctets();
		byte[] own = ASN1OctetString.getInstance(c.getExtensionValue("2.5.29.14")).getOctets();
		byte[] issuers = ASN1OctetString.getInstance(issuing.getExtensionValue("2.5.29.14")).getOctets();
		byte[] point = ((BCECPublicKey)c.getPublicKey()).getQ().getEncoded(false);
		return c.getBasicConstraints() == -1 && c.getExtensionValue("2.5.29.19") == null && bits > 120 && bits <= 128 &&
			c.getSerialNumber().signum() > 0 && critical(c, "2.5.29.15") && !c.getNotAfter().after(issuing.getNotAfter()) &&
			Arrays.equals(Arrays.copyOfRange(own, 2, own.length), Arrays.copyOf(sm3(point), 20)) &&
			Arrays.equals(Arrays.copyOfRange(authority, 4, authority.length), Arrays.copyOfRange(issuers, 2, issuers.length));
	}

	private void pairs() {
		accepts("sign.crt and enc.crt are a pair", () -> arePair(certificate("sign.crt"), certificate("enc.crt")));
		accepts("soft-sign.crt and soft-enc.crt are a pair", () -> arePair(certificate("soft-sign.crt"), certificate("soft-enc.crt")));
		accepts("a pair is not one the other way round", () -> !arePair(certificate("enc.crt"), certificate("sign.crt")));
		accepts("two holders' certificates are no pair", () -> !arePair(certificate("sign.crt"), certificate("soft-enc.crt")));
	}

	private static boolean arePair(X509Certificate sign, X509Certificate encryption) {
		return sign.getSubjectX500Principal().equals(encryption.getSubjectX500Principal()) &&
			sign.getIssuerX500Principal().equals(encryption.getIssuerX500Principal()) &&
			!sign.getSerialNumber().equals(encryption.getSerialNumber()) && !sign.getPublicKey().equals(encryption.getPublicKey()) &&
			usage(sign).equals(Set.of(0, 1)) && usage(encryption).equals(Set.of(2, 3, 4)) &&
			sign.getNotAfter().equals(encryption.getNotAfter());
	}

	private static Set<Integer> usage(X509Certificate certificate) {
		Set<Integer> bits = new java.util.TreeSet<>();
		boolean[] usage = certificate.getKeyUsage();
		for (int i = 0; i < usage.length; i++) {
			if (usage[i])
				bits.add(i);
		}
		return bits;
	}

	private void request() throws Exception {
		acceptsOnlyUnchanged("request is signed by the key in sign.crt", file("sign.csr"), der -> {
			PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
			return Arrays.equals(request.getEncoded(), der) &&
				Arrays.equals(request.getSubjectPublicKeyInfo().getEncoded(), certificate("sign.crt").getPublicKey().getEncoded()) &&
				request.isSignatureValid(
					new JcaContentVerifierProviderBuilder().setProvider("BC").build(request.getSubjectPublicKeyInfo()));
		});
	}

	/* ---- status ---- */

	private X509CRL crl(byte[] der) throws Exception {
		X509CRL crl = (X509CRL)factory.generateCRL(new ByteArrayInputStream(der));
		if (crl == null || !Arrays.equals(crl.getEncoded(), der))
			throw new Exception("not one CRL in DER");
		return crl;
	}

	private void revocationList() throws Exception {
		X509Certificate issuing = certificate("issuing.crt");

		acceptsOnlyUnchanged("CRL is signed by the issuing CA", file("crl.der"), der -> {
			X509CRL crl = crl(der);
			crl.verify(issuing.getPublicKey(), "BC");
			return crl.getSigAlgOID().equals(SM2_WITH_SM3) && crl.getIssuerX500Principal().equals(issuing.getSubjectX500Principal());
		});
		X509CRL crl = crl(file("crl.der"));
		accepts("CRL has the revoked certificate, not later than itself", () -> {
			X509CRLEntry entry = crl.getRevokedCertificate(certificate("revoked.crt").getSerialNumber());
			return entry != null && !entry.getRevocationDate().after(crl.getThisUpdate());
		});
		accepts("CRL has none of the valid certificates", () -> {
			for (String name : List.of("sign.crt", "enc.crt", "soft-sign.crt", "soft-enc.crt", "accept.crt", "approve.crt", "receipt.crt")) {
				if (crl.getRevokedCertificate(certificate(name).getSerialNumber()) != null &&
				    !certificate(name).equals(certificate("revoked.crt")))
					throw new Exception(name);
			}
			return true;
		});
		accepts("CRL is of version 2 with number, authority key and nextUpdate", () ->
			crl.getVersion() == 2 && crl.getExtensionValue("2.5.29.20") != null && crl.getExtensionValue("2.5.29.35") != null &&
			crl.getNextUpdate() != null && crl.getNextUpdate().after(crl.getThisUpdate()) &&
			(crl.getCriticalExtensionOIDs() == null || crl.getCriticalExtensionOIDs().isEmpty()));
		accepts("CRL anchors journal and audit chain", () -> {
			ASN1Sequence anchor = ASN1Sequence.getInstance(
				ASN1OctetString.getInstance(crl.getExtensionValue(ARC + ".2")).getOctets());
			return anchor.size() == 4 && ASN1Integer.getInstance(anchor.getObjectAt(0)).getValue().signum() > 0 &&
				ASN1OctetString.getInstance(anchor.getObjectAt(1)).getOctets().length == 32 &&
				ASN1OctetString.getInstance(anchor.getObjectAt(3)).getOctets().length == 32;
		});
	}

	private void statusAnswers() throws Exception {
		for (String status : List.of("good", "revoked", "unknown")) {
			OCSPReq request = new OCSPReq(file("ocsp-" + status + ".req.der"));
			acceptsOnlyUnchanged("OCSP " + status + ": signed by the delegate, to this request", file("ocsp-" + status + ".der"),
					     der -> answers(new OCSPResp(der), request, status));
		}
		accepts("OCSP good is about a valid certificate, revoked about revoked.crt, unknown about none of them", () -> {
			Set<BigInteger> good = Set.of(certificate("sign.crt").getSerialNumber(), certificate("enc.crt").getSerialNumber(),
						      certificate("soft-sign.crt").getSerialNumber(), certificate("soft-enc.crt").getSerialNumber());
			BigInteger revoked = certificate("revoked.crt").getSerialNumber(), unknown = asked("unknown");
			return good.contains(asked("good")) && asked("revoked").equals(revoked) && !good.contains(unknown) &&
				!unknown.equals(revoked);
		});
		accepts("OCSP answer is not taken for another request", () ->
			!answers(new OCSPResp(file("ocsp-good.der")), new OCSPReq(file("ocsp-revoked.req.der")), "good"));
	}

	private BigInteger asked(String status) throws Exception {
		return new OCSPReq(file("ocsp-" + status + ".req.der")).getRequestList()[0].getCertID().getSerialNumber();
	}

	private boolean answers(OCSPResp response, OCSPReq request, String expected) throws Exception {
		X509CertificateHolder issuing = new X509CertificateHolder(pem("issuing.crt"));
		BasicOCSPResp basic = (BasicOCSPResp)response.getResponseObject();
		byte[] content = response.toASN1Structure().getResponseBytes().getResponse().getOctets();
		if (response.getStatus() != OCSPResp.SUCCESSFUL || basic.getCerts().length != 1 || basic.getResponses().length != 1 ||
		    !Arrays.equals(content, basic.getEncoded()))
			return false;
		X509CertificateHolder delegate = basic.getCerts()[0];
		X509Certificate certificate = new JcaX509CertificateConverter().setProvider("BC").getCertificate(delegate);
		Extension asked = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
		Extension answered = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
		SingleResp single = basic.getResponses()[0];
		return signedBy(certificate, certificate("issuing.crt").getPublicKey()) && certificate.equals(certificate("ocsp.crt")) &&
			certificate.getExtendedKeyUsage().contains("1.3.6.1.5.5.7.3.9") && usage(certificate).equals(Set.of(0)) &&
			delegate.isValidOn(basic.getProducedAt()) && delegate.getSubject().equals(basic.getResponderId().toASN1Primitive().getName()) &&
			basic.getSignatureAlgOID().getId().equals(SM2_WITH_SM3) &&
			basic.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider("BC").build(delegate)) && asked != null &&
			answered != null && asked.getExtnValue().equals(answered.getExtnValue()) &&
			single.getCertID().equals(request.getRequestList()[0].getCertID()) &&
			single.getCertID().matchesIssuer(issuing, new JcaDigestCalculatorProviderBuilder().setProvider("BC").build()) &&
			single.getNextUpdate().after(single.getThisUpdate()) && statusName(single.getCertStatus()).equals(expected);
	}

	private static String statusName(CertificateStatus status) {
		if (status == CertificateStatus.GOOD)
			return "good";
		return status instanceof RevokedStatus ? "revoked" : status instanceof UnknownStatus ? "unknown" : "?";
	}

	/* ---- signed texts ---- */

	private static boolean verifies(X509Certificate by, String prefix, byte[] text, byte[] signature) throws Exception {
		Signature verifier = Signature.getInstance("SM3withSM2", "BC");
		verifier.initVerify(by.getPublicKey());
		verifier.update(prefix.getBytes(StandardCharsets.US_ASCII));
		verifier.update(text);
		return verifier.verify(signature);
	}

	private void signedText(String words, String text, String signature, String certificate, String prefix) throws Exception {
		byte[] message = file(text), value = file(signature);
		X509Certificate by = certificate(certificate);

		acceptsOnlyUnchanged(words, message, changed -> verifies(by, prefix, changed, value));
		acceptsOnlyUnchanged(words + ", its signature", value, changed -> verifies(by, prefix, message, changed));
		accepts(words + ", refused under another's key and with another prefix", () ->
			!verifies(certificate("ocsp.crt"), prefix, message, value) && !verifies(by, "hufu-other-v1\n", message, value));
	}

	private void signedTexts() throws Exception {
		signedText("accept order", "accept.order", "accept.sig", "accept.crt", "hufu-order-v1\n");
		signedText("approve order", "approve.order", "approve.sig", "approve.crt", "hufu-order-v1\n");
		signedText("receipt", "receipt.json", "receipt.sig", "receipt.crt", "hufu-receipt-v1\n");
		String[] login = text("login.txt").split("\n", -1);
		String holder = hex32(certificate("sign.crt").getSerialNumber()).equals(login[login.length - 1]) ? "sign.crt" : "soft-sign.crt";
		signedText("login", "login.txt", "login.sig", holder, "");
		accepts("login names prefix, origin, challenge and the holder's serial number", () ->
			login.length == 4 && login[0].equals("hufu-login-v1") && login[1].matches("https?://[^/]+") && login[2].matches("[0-9a-f]{64}") &&
			login[3].equals(hex32(certificate(holder).getSerialNumber())));
	}

	/** The members that tie orders, receipt and certificates together. */
	private void whatTheTextsSay() throws Exception {
		Map<String, Object> accept = Json.object(text("accept.order")), approve = Json.object(text("approve.order"));
		Map<String, Object> receipt = Json.object(text("receipt.json"));
		X509Certificate sign = certificate("sign.crt"), encryption = certificate("enc.crt");

		for (String name : List.of("accept.order", "approve.order", "receipt.json"))
			accepts(name + " is canonical", () -> Json.write(Json.object(text(name))).equals(text(name)));
		accepts("orders are by two persons, each with the certificate named in it", () -> {
			X509Certificate first = certificate("accept.crt"), second = certificate("approve.crt");
			return accept.get("by").equals(hex32(first.getSerialNumber())) && approve.get("by").equals(hex32(second.getSerialNumber())) &&
				!first.getSubjectX500Principal().equals(second.getSubjectX500Principal()) &&
				!first.getPublicKey().equals(second.getPublicKey());
		});
		accepts("approve order is about the accept order", () -> approve.get("accept").equals(hex(sm3(file("accept.order")))) &&
			approve.get("application").equals(accept.get("application")) && approve.get("holder").equals(accept.get("holder")));
		accepts("receipt is for the approve order and names the pair", () -> receipt.get("order").equals(hex(sm3(file("approve.order")))) &&
			receipt.get("application").equals(approve.get("application")) &&
			Set.copyOf((List<?>)receipt.get("serials"))
				.equals(Set.of(hex32(sign.getSerialNumber()), hex32(encryption.getSerialNumber()))));
		accepts("certificates hold what was approved: key, name, code, end", () -> {
			Map<?, ?> holder = (Map<?, ?>)approve.get("holder"), key = (Map<?, ?>)approve.get("key");
			byte[] code = ASN1OctetString.getInstance(sign.getExtensionValue("1.2.156.10260.4.1.4")).getOctets();
			return key.get("hash").equals(hex(sm3(sign.getPublicKey().getEncoded()))) &&
				sign.getSubjectX500Principal().getName().contains("CN=" + holder.get("name")) &&
				new String(code, 2, code.length - 2, StandardCharsets.US_ASCII).equals(holder.get("code")) &&
				sign.getNotAfter().getTime() / 1000 <= (Long)approve.get("notafter");
		});
	}

	/* ---- envelopes ---- */

	private void envelopes() throws Exception {
		accepts("envelope.der delivers the key of enc.crt", () -> {
			Envelope envelope = new Envelope(file("envelope.der"));
			return Arrays.equals(envelope.point, ((BCECPublicKey)certificate("enc.crt").getPublicKey()).getQ().getEncoded(false));
		});
		KeyFactory keys = KeyFactory.getInstance("EC", "BC");
		BCECPrivateKey soft = (BCECPrivateKey)keys.generatePrivate(new PKCS8EncodedKeySpec(pem("soft.key")));
		BCECPublicKey expected = (BCECPublicKey)certificate("soft-enc.crt").getPublicKey();
		accepts("soft.key is the key of soft-sign.crt", () -> soft.getParameters().getG().multiply(soft.getD()).normalize().equals(
			((BCECPublicKey)certificate("soft-sign.crt").getPublicKey()).getQ().normalize()));
		acceptsOnlyUnchanged("soft-envelope.der opens with soft.key to the key of soft-enc.crt", file("soft-envelope.der"), der -> {
			Envelope envelope = new Envelope(der);
			BigInteger d = envelope.open(soft);
			return soft.getParameters().getG().multiply(d).normalize().equals(expected.getQ().normalize()) &&
				Arrays.equals(envelope.point, expected.getQ().getEncoded(false));
		});
	}

	/** SM2EnvelopedKey, GB/T 35276 7.4. */
	private static final class Envelope {
		final byte[] point, encrypted, cipher;

		Envelope(byte[] der) throws Exception {
			ASN1Sequence fields = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
			if (fields.size() != 4 || !Arrays.equals(fields.getEncoded("DER"), der))
				throw new Exception("not DER");
			String algorithm = ASN1ObjectIdentifier.getInstance(ASN1Sequence.getInstance(fields.getObjectAt(0)).getObjectAt(0)).getId();
			if (!algorithm.equals("1.2.156.10197.1.104.1"))
				throw new Exception("not SM4-ECB");
			ASN1Sequence sm2 = ASN1Sequence.getInstance(fields.getObjectAt(1));
			ByteArrayOutputStream raw = new ByteArrayOutputStream();
			raw.write(4);
			raw.write(coordinate(sm2, 0));
			raw.write(coordinate(sm2, 1));
			raw.write(ASN1OctetString.getInstance(sm2.getObjectAt(2)).getOctets());
			raw.write(ASN1OctetString.getInstance(sm2.getObjectAt(3)).getOctets());
			cipher = raw.toByteArray();
			point = ASN1BitString.getInstance(fields.getObjectAt(2)).getOctets();
			encrypted = ASN1BitString.getInstance(fields.getObjectAt(3)).getOctets();
		}

		private static byte[] coordinate(ASN1Sequence sm2, int at) throws Exception {
			BigInteger value = ASN1Integer.getInstance(sm2.getObjectAt(at)).getValue();
			if (value.signum() < 0 || value.bitLength() > 256)
				throw new Exception("coordinate out of range");
			return org.bouncycastle.util.BigIntegers.asUnsignedByteArray(32, value);
		}

		BigInteger open(BCECPrivateKey with) throws Exception {
			ECParameterSpec curve = with.getParameters();
			SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
			engine.init(false, new ECPrivateKeyParameters(with.getD(),
								      new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH())));
			byte[] session = engine.processBlock(cipher, 0, cipher.length);
			if (session.length != 16 || encrypted.length != 32)
				throw new Exception("sizes");
			Cipher sm4 = Cipher.getInstance("SM4/ECB/NoPadding", "BC");
			sm4.init(Cipher.DECRYPT_MODE, new SecretKeySpec(session, "SM4"));
			return new BigInteger(1, sm4.doFinal(encrypted));
		}
	}

	/* ---- index ---- */

	private void index() throws Exception {
		Map<String, Object> index = Json.object(text("index.json"));
		accepts("index.json says something", () -> !index.isEmpty());
		for (Map.Entry<String, Object> member : index.entrySet()) {
			Path named = directory.resolve(member.getKey());
			if (member.getValue() instanceof String && ((String)member.getValue()).matches("[0-9a-f]{64}") && Files.isRegularFile(named))
				accepts("index.json has the SM3 of " + member.getKey(),
					() -> member.getValue().equals(hex(sm3(Files.readAllBytes(named)))));
		}
	}

	/** Canonical JSON as doc/protocol/order.md has it: objects, arrays, strings, integers. */
	private static final class Json {
		private final String text;
		private int at;

		private Json(String text) {
			this.text = text;
		}

		static Map<String, Object> object(String text) throws Exception {
			Json json = new Json(text.strip());
			Map<String, Object> object = json.readObject();
			if (json.at != json.text.length())
				throw new Exception("JSON: more than one value");
			return object;
		}

		private char peek() throws Exception {
			if (at >= text.length())
				throw new Exception("JSON: ends too early");
			return text.charAt(at);
		}

		private void expect(char c) throws Exception {
			skip();
			if (peek() != c)
				throw new Exception("JSON: expected " + c + " at " + at);
			at++;
		}

		private void skip() {
			while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0)
				at++;
		}

		private boolean ends(char c) throws Exception {
			skip();
			if (peek() != c)
				return false;
			at++;
			return true;
		}

		private Map<String, Object> readObject() throws Exception {
			Map<String, Object> object = new TreeMap<>();
			expect('{');
			if (ends('}'))
				return object;
			do {
				skip();
				String name = readString();
				expect(':');
				if (object.put(name, readValue()) != null)
					throw new Exception("JSON: " + name + " twice");
			} while (ends(','));
			expect('}');
			return object;
		}

		private List<Object> readArray() throws Exception {
			List<Object> array = new ArrayList<>();
			expect('[');
			if (ends(']'))
				return array;
			do
				array.add(readValue());
			while (ends(','));
			expect(']');
			return array;
		}

		private Object readValue() throws Exception {
			skip();
			switch (peek()) {
			case '{':
				return readObject();
			case '[':
				return readArray();
			case '"':
				return readString();
			default:
				int start = at;
				while (at < text.length() && "-0123456789".indexOf(text.charAt(at)) >= 0)
					at++;
				return Long.valueOf(text.substring(start, at));
			}
		}

		private String readString() throws Exception {
			StringBuilder string = new StringBuilder();
			expect('"');
			while (peek() != '"') {
				char c = text.charAt(at++);
				if (c == '\\')
					c = text.charAt(at++);
				string.append(c);
			}
			at++;
			return string.toString();
		}

		static String write(Object value) {
			if (value instanceof Map) {
				List<String> members = new ArrayList<>();
				for (Map.Entry<?, ?> member : ((Map<?, ?>)value).entrySet())
					members.add(write(member.getKey()) + ":" + write(member.getValue()));
				return "{" + String.join(",", members) + "}";
			}
			if (value instanceof List) {
				List<String> items = new ArrayList<>();
				for (Object item : (List<?>)value)
					items.add(write(item));
				return "[" + String.join(",", items) + "]";
			}
			if (value instanceof String)
				return '"' + ((String)value).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
			return value.toString();
		}
	}
}
