const digitChars = '零一二三四五六七八九';
const units: Readonly<Record<string, bigint>> = { 十: 10n, 百: 100n, 千: 1_000n };
const digit = `[〇${digitChars}两]`;

/** A number in Chinese numerals, as a part of a pattern: 十二, 八五, 一点五. */
export const numeral = `(?<![〇${digitChars}两十百千万]点?)[〇${digitChars}两十百千万]+(?:点${digit}+)?`;

/** The number that a numeral says, as whole digits and how many of them are decimals. Without units it is read digit by digit: 八五 is 85. */
export function chineseNumber(text: string): { readonly digits: bigint; readonly decimals: number } {
  const [whole = '', fraction = ''] = text.split('点');
  const decimals = [...fraction].map(valueOf).join('');
  return { digits: wholeOf(whole) * 10n ** BigInt(decimals.length) + BigInt(decimals || 0), decimals: decimals.length };
}

const valueOf = (char: string): bigint => (char === '两' ? 2n : char === '〇' ? 0n : BigInt(digitChars.indexOf(char)));

function wholeOf(text: string): bigint {
  if (!/[十百千万]/u.test(text)) return BigInt([...text].map(valueOf).join('') || 0);
  let myriads = 0n;
  let section = 0n;
  let pending: bigint | null = null;
  for (const char of text) {
    const unit = units[char];
    if (char === '万') {
      myriads = (myriads + section + (pending ?? 0n) || 1n) * 10_000n;
      section = 0n;
      pending = null;
    } else if (unit === undefined) pending = valueOf(char);
    else {
      section += (pending ?? 1n) * unit;
      pending = null;
    }
  }
  return myriads + section + (pending ?? 0n);
}
