// What the tests type and upload.

import crypto from "node:crypto";
import zlib from "node:zlib";

const CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// A unified social credit code (GB 32100) with both check characters right, from a number.
export function creditCode(number) {
	const body = String(number).padStart(8, "0");
	const weights = [3, 7, 9, 10, 5, 8, 4, 2];
	const inner = 11 - ([...body].reduce((sum, c, i) => sum + ALNUM.indexOf(c) * weights[i], 0) % 11);
	const text = `91110108${body}${"0123456789X0"[inner]}`;
	const sum = [...text].reduce((total, c, i) => total + CREDIT.indexOf(c) * (3 ** i % 31), 0);
	return text + CREDIT[(31 - (sum % 31)) % 31];
}

export const form = (more) => ({
	name: "北京虎符科技有限公司", code: creditCode(12345678), legal_person: "王建国", province: "北京市", city: "海淀区",
	address: "北京市海淀区中关村大街1号", handler_name: "李明", handler_id: "110101199003071233", telephone: "010-82031677",
	mail: "handler@example.cn", ...more,
});

// CRC-32 as it ends a gzip file (RFC 1952 2.3.1): Debian's Node.js 18 has no function for it.
const crc32 = (data) => zlib.gzipSync(data).subarray(-8).readUInt32LE();

// A scanned paper: a grey page with darker lines, and as much more as is asked for behind its end.
export function png(more = 0) {
	const [width, height] = [640, 400];
	const rows = Buffer.concat(Array.from({ length: height }, (_, y) => Buffer.from([0, ...Array(width).fill(y % 40 < 3 ? 90 : 245)])));
	const chunk = (kind, data) => {
		const body = Buffer.concat([Buffer.from(kind), data]);
		const out = Buffer.alloc(8 + data.length + 4);
		out.writeUInt32BE(data.length, 0);
		body.copy(out, 4);
		out.writeUInt32BE(crc32(body), 4 + body.length);
		return out;
	};
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head[8] = 8;
	return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(rows)),
		chunk("IEND", Buffer.alloc(0)), crypto.randomBytes(more)]);
}
