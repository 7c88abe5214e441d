import { seedGenerated } from '../../../gateway/sandbox/seed-generated.js';
import { seedDemo } from '../../../gateway/sandbox/seed.js';
import { staffIdentity } from '../../../gateway/sandbox/identities.js';
import { openRealGraph, type RealGraph } from './real-graph.js';

let real: RealGraph;
beforeAll(async () => {
  real = await openRealGraph();
});
afterAll(() => real.close());

const settings = () => ({ ask: real.client.ask, issuer: real.issuer, now: new Date() });

test('the demo data is made through the graph, and made once', async () => {
  const first = await seedDemo(settings());
  expect(first).toMatchObject({ present: 0 });
  expect(await seedDemo(settings())).toEqual({ made: 0, present: first.made });
  // On another day the dated purchases come under other keys, and are still the same purchases.
  expect(await seedDemo({ ...settings(), now: new Date(Date.now() + 86_400_000) })).toEqual({ made: 0, present: first.made });
  const query = `{
    lin: member(ref: "operator/M-Lin") { wallets { programme { id } available } }
    kong: member(ref: "operator/M-Kong") { wallet(programme: "COAL-P") { available expiring(days: 30) { points } } }
  }`;
  const { data } = await real.client.ask(await real.issuer.issue(staffIdentity('admin')), query);
  expect(data).toMatchObject({
    lin: {
      wallets: expect.arrayContaining([
        { programme: { id: 'AUTO-P' }, available: 2_000 },
        { programme: { id: 'COAL-P' }, available: 20_000 },
        { programme: { id: 'TEL-P' }, available: 10_000 },
      ]),
    },
    kong: { wallet: { available: 2_000, expiring: [{ points: 1_200 }, { points: 300 }] } },
  });
});

test('generated members earn what the closed form says, and earn it once', async () => {
  const first = await seedGenerated(settings(), 7, 40);
  expect(first).toMatchObject({ present: 0 });
  expect(await seedGenerated(settings(), 7, 40)).toEqual({ made: 0, present: first.made, points: first.points });
});
