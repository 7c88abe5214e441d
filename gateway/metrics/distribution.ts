import type { Metric, Registry } from 'prom-client';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Values up to each bound that are above the one before it. */
  readonly counts: number[];
  count: number;
  sum: number;
}

/** By the first label, then the second, and so on: no text is made to find one. */
type Places = Map<string, Place>;
type Place = Places | Series;

interface DistributionOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/**
 * A histogram that is cheap to add to, as every request does several times: Prometheus' form is made when it is asked for. prom-client's own
 * checks, sorts and hashes the labels of every value.
 */
export class Distribution {
  private readonly series: Series[] = [];
  private readonly places: Places = new Map();

  constructor(private readonly options: DistributionOptions) {
    const { name, help, registry } = options;
    const type = 'histogram';
    // All that a registry asks of a metric.
    const metric = { name, help, type, get: () => Promise.resolve({ name, help, type, values: this.values(), aggregator: 'sum' }) };
    registry.registerMetric(metric as unknown as Metric);
  }

  /** `labels`: values of the labels, in the order of their names. */
  add(value: number, ...labels: readonly string[]): void {
    let place: Place = this.places;
    for (let index = 0; index < labels.length; index += 1) {
      const label = labels[index] as string;
      let next: Place | undefined = (place as Places).get(label);
      if (next === undefined) (place as Places).set(label, (next = index === labels.length - 1 ? this.seriesOf(labels) : new Map()));
      place = next;
    }
    const series = place as Series;
    series.count += 1;
    series.sum += value;
    const { buckets } = this.options;
    for (let index = 0; index < buckets.length; index += 1)
      if (value <= (buckets[index] as number)) {
        series.counts[index] = (series.counts[index] as number) + 1;
        return;
      }
  }

  private seriesOf(values: readonly string[]): Series {
    const { labelNames, buckets } = this.options;
    const labels = Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? '']));
    const series = { labels, counts: buckets.map(() => 0), count: 0, sum: 0 };
    this.series.push(series);
    return series;
  }

  private values(): unknown[] {
    const { name, buckets } = this.options;
    const values: unknown[] = [];
    for (const { labels, counts, count, sum } of this.series) {
      let below = 0;
      for (const [index, le] of buckets.entries()) {
        below += counts[index] as number;
        values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: below });
      }
      values.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count });
      values.push({ metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: count });
    }
    return values;
  }
}
