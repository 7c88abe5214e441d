/** The sums of one import. Points as the graph granted them. */
export interface Summary {
  lines: number;
  accrued: number;
  present: number;
  rejected: number;
  accruedPoints: number;
  presentPoints: number;
}

export const emptySummary = (): Summary => ({ lines: 0, accrued: 0, present: 0, rejected: 0, accruedPoints: 0, presentPoints: 0 });

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Pure: the sums as a small table. */
export function summaryText(summary: Summary, rejectedFile: string): string {
  const rows: [string, number, string][] = [
    ['lines', summary.lines, ''],
    ['accrued', summary.accrued, `${grouped(summary.accruedPoints)} points`],
    ['already there', summary.present, `${grouped(summary.presentPoints)} points`],
    ['rejected', summary.rejected, summary.rejected > 0 ? `see ${rejectedFile}` : ''],
  ];
  const width = Math.max(...rows.map(([, value]) => grouped(value).length));
  return rows.map(([name, value, note]) => `${name.padEnd(13)}  ${grouped(value).padStart(width)}  ${note}`.trimEnd()).join('\n');
}

/** Pure: the exit code: 0 where every line was taken, 2 where some were rejected. */
export const exitCode = ({ rejected }: Summary): number => (rejected > 0 ? 2 : 0);
