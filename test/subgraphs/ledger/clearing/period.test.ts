import { endOf, periodId } from '../../../../subgraphs/ledger/clearing/period.js';

test.each`
  id           | end
  ${'2026-11'} | ${'2026-11-30T16:00:00.000Z'}
  ${'2026-12'} | ${'2026-12-31T16:00:00.000Z'}
  ${'2028-02'} | ${'2028-02-29T16:00:00.000Z'}
`('$id ends at $end', ({ id, end }) => expect(endOf(periodId(id, 'id')).toISOString()).toBe(end));

test.each(['', '2026', '2026-13', '2026-00', '2026-1', '1999-12', '2026-11-01', ' 2026-11', '2026-11\n', '２０２６-11'])(
  '%j is no period',
  (id) => expect(() => periodId(id, 'id')).toThrow(/no such settlement period/),
);
