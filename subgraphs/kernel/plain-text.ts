/** A text as people read it: each character in its plainest form, and nothing that is not seen. */
export const plainText = (text: string): string =>
  text
    // Taken apart, 2½ is 21⁄2.
    .replaceAll(/(\p{Nd}?)([½¼¾])/gu, (_, whole: string, part: string) => `${whole || 0}${decimalOf[part]}`)
    .normalize('NFKD')
    .replaceAll(/[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]|(?!\s)\p{Cc}/gu, '')
    .replaceAll(/[\s\u2800]+/gu, ' ')
    // A long dash parts what it stands between; any other may be a hyphen or a minus.
    .replaceAll(/(?![—―])[\p{Pd}−]/gu, '-')
    .replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
    .replaceAll(new RegExp(`[${longForms}]`, 'gu'), (long) => shortForms[longForms.indexOf(long)] ?? long);

const decimalOf: Readonly<Record<string, string>> = { '½': '.5', '¼': '.25', '¾': '.75' };

// Long forms of numerals, and traditional ones of what patterns look for.
const longForms = '兩萬拾佰仟壹贰貳叁參肆伍陆陸柒捌玖雙點價對個減贈優獎獲積現數幾漲長為員會語疊舊頁負過張隻臺';
const shortForms = '两万十百千一二二三三四五六六七八九双点价对个减赠优奖获积现数几涨长为员会语叠旧页负过张只台';
