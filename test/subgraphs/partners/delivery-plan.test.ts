import { type DeliveryLine, planDelivery } from '../../../subgraphs/partners/delivery-plan.js';
import { desk as automotive } from '../../../subgraphs/partners/automotive/desk.js';
import { desk as banking } from '../../../subgraphs/partners/banking/desk.js';
import { desk as retail } from '../../../subgraphs/partners/retail/desk.js';
import { desk as telecom } from '../../../subgraphs/partners/telecom/desk.js';
import { desk as travel } from '../../../subgraphs/partners/travel/desk.js';

const desks = { automotive, banking, retail, telecom, travel };
/** `KIND:amount×quantity`, such as `TICKET:1×2`. */
const lineOf = (text: string, line: number): DeliveryLine => {
  const [kind = '', amount = '', quantity = ''] = text.split(/[:×]/);
  return { line, kind, amount: Number(amount), quantity: Number(quantity), item: 'item' };
};

test.each`
  desk            | lines                                    | plan
  ${'telecom'}    | ${'PHONE_CREDIT:1000×1'}                 | ${'0 R-1 ×1 CNY 10.00'}
  ${'telecom'}    | ${'PHONE_CREDIT:1005×3'}                 | ${'0 R-1 ×3 CNY 30.15'}
  ${'telecom'}    | ${'DATA_PACK:10×2, COUPON:1×2'}          | ${'0 R-1 ×2 20 GB, 1 2 ×1 item, 1 3 ×1 item'}
  ${'telecom'}    | ${'DATA_PACK:10×1, SERVICE_VOUCHER:1×1'} | ${'SERVICE_VOUCHER is not delivered here'}
  ${'automotive'} | ${'SERVICE_VOUCHER:1×2, GOODS:1×4'}      | ${'0 1 ×1 item, 0 2 ×1 item, 1 S-3 ×4 item × 4'}
  ${'automotive'} | ${'PHONE_CREDIT:1000×1'}                 | ${'PHONE_CREDIT is not delivered here'}
  ${'banking'}    | ${'COUPON:1×1'}                          | ${'0 1 ×1 item'}
  ${'travel'}     | ${'TICKET:1×2'}                          | ${'0 T-1 ×1 item, 0 T-2 ×1 item'}
  ${'retail'}     | ${'GOODS:1×3'}                           | ${'0 S-1 ×3 item × 3'}
  ${'retail'}     | ${'DONATION:2000×1, ANYTHING:1×1'}       | ${'0 R-1 ×1 item × 1, 1 R-2 ×1 item × 1'}
  ${'travel'}     | ${'toString:1×1'}                        | ${'toString is not delivered here'}
`('$desk: $lines -> $plan', ({ desk, lines, plan }: { desk: keyof typeof desks; lines: string; plan: string }) => {
  let codes = 0;
  const order = { redemption: 'r', memberUid: 'm', partner: 'p', lines: lines.split(', ').map(lineOf) };
  const outcome = planDelivery(desks[desk], order, () => String((codes += 1)));
  expect(
    outcome.kind === 'refuse'
      ? outcome.reason
      : outcome.entitlements.map(({ line, reference, quantity, detail }) => `${line} ${reference} ×${quantity} ${detail}`).join(', '),
  ).toBe(plan);
});
