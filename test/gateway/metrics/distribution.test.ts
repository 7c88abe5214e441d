import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { Distribution } from '../../../gateway/metrics/distribution.js';

const buckets = [0.001, 0.5, 1, 10];

describe('a distribution', () => {
  it("says what prom-client's own histogram says of the same values", async () => {
    const value = fc.oneof(fc.constantFrom(0, ...buckets, 10.000_1), fc.double({ min: 0, max: 20, noNaN: true }));
    const added = fc.array(fc.tuple(value, fc.constantFrom('member', 'partner'), fc.constantFrom('200', '500')));
    await fc.assert(
      fc.asyncProperty(added, async (values) => {
        const [ours, theirs] = [new Registry(), new Registry()];
        const common = { name: 'seconds', help: 'Of requests.', buckets };
        const distribution = new Distribution({ ...common, labelNames: ['caller', 'status'], registry: ours });
        const histogram = new Histogram({ ...common, labelNames: ['caller', 'status'], registers: [theirs] });
        for (const [seconds, caller, status] of values) {
          distribution.add(seconds, caller, status);
          histogram.observe({ caller, status }, seconds);
        }
        expect(sorted(await ours.metrics())).toEqual(sorted(await theirs.metrics()));
      }),
    );
  });
});

/** Labels of a line stand in the order of their names. */
const sorted = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.replace(/\{(.*)\}/, (_all, labels: string) => `{${labels.split(',').sort().join(',')}}`));
