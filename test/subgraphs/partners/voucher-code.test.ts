import { voucherCode } from '../../../subgraphs/partners/voucher-code.js';

test('a code is 16 characters of base32, and every bit of it counts', () => {
  expect(voucherCode(new Uint8Array(10))).toBe('0000000000000000');
  expect(voucherCode(new Uint8Array(10).fill(255))).toBe('ZZZZZZZZZZZZZZZZ');
  expect(voucherCode(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 33]))).toBe('0000000000000011');
  const codes = Array.from({ length: 1_000 }, () => voucherCode());
  expect(new Set(codes).size).toBe(1_000);
  expect(codes.every((code) => /^[0-9A-HJKMNP-TV-Z]{16}$/.test(code))).toBe(true);
});
