import { hash } from 'node:crypto';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { isCode } from '../../schema/codes.js';
import type { SubgraphAnswer, Transport } from '../../schema/transport.js';
import { Unavailable } from '../../schema/transport.js';
import type { Rates } from '../limits/rates.js';
import type { Outcome } from '../versions/reloading.js';
import { Distribution } from './distribution.js';

/** What is read of the gateway when it is asked for its figures. */
export interface Readings {
  readonly plans: () => { readonly asked: number; readonly made: number; readonly kept: number };
  readonly streams: () => number;
  readonly webhooks: () => number;
}

/**
 * Figures of one instance, for Prometheus. Labels are kinds of callers and operations, subgraphs and codes: nothing of who asked, and
 * nothing of what was asked.
 */
export interface Metrics {
  /** One operation answered. */
  answered(caller: string, operation: 'query' | 'mutation', status: number, ms: number): void;
  /** One request refused before or while it was answered. */
  refused(code: string): void;
  /** One webhook sent: taken, or why not. */
  webhook(outcome: string): void;
  /** One request answered with errors: refused as a whole, or in parts. */
  failed(codes: readonly unknown[], isAnswered: boolean): void;
  /** The same rates, counted. */
  rates(rates: Rates): Rates;
  /** The same transport, timed. */
  transport(transport: Transport): Transport;
  /** Which supergraph answers from now on. */
  version(sdl: string): void;
  /** What became of a look at the supergraph's source, and what answers now. */
  reloaded(outcome: Outcome, sdl: string): void;
  read(readings: Readings): void;
  text(): Promise<{ readonly type: string; readonly text: string }>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Distribution({
    name: 'tongdui_request_seconds',
    help: 'From the whole request read to its answer written.',
    labelNames: ['caller', 'operation', 'status'],
    buckets: seconds,
    registry,
  });
  const refusals = new Counter({ name: 'tongdui_refusals_total', help: 'Requests refused, by code.', labelNames: ['code'], registers });
  const partly = new Counter({
    name: 'tongdui_answer_errors_total',
    help: 'Errors in answers that have data all the same, by code.',
    labelNames: ['code'],
    registers,
  });
  const cost = new Distribution({
    name: 'tongdui_operation_cost',
    help: 'Units that operations cost.',
    labelNames: ['caller'],
    buckets: [1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000],
    registry,
  });
  const calls = new Distribution({
    name: 'tongdui_subgraph_seconds',
    help: 'Calls to subgraphs.',
    labelNames: ['subgraph', 'outcome'],
    buckets: seconds,
    registry,
  });
  const failing = new Map<string, boolean>();
  const outOfReach = new Gauge({
    name: 'tongdui_subgraph_out_of_reach',
    help: 'Whether the last call to a subgraph found it out of reach, its breaker open or not.',
    labelNames: ['subgraph'],
    registers: [],
    collect() {
      for (const [subgraph, isFailing] of failing) this.set({ subgraph }, isFailing ? 1 : 0);
    },
  });
  registry.registerMetric(outOfReach);
  const version = new Gauge({
    name: 'tongdui_supergraph',
    help: 'The supergraph that answers, by the beginning of its sha256; the value is since when.',
    labelNames: ['sha256'],
    registers,
  });
  const reloads = new Counter({
    name: 'tongdui_supergraph_reloads_total',
    help: 'New versions of the supergraph, taken or refused.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['taken', 'refused']) reloads.inc({ outcome }, 0);
  const stale = new Gauge({
    name: 'tongdui_supergraph_refused',
    help: '1 while the newest version of the supergraph is refused, and the one before it answers.',
    registers,
  });
  const versionNow = (sdl: string): void => {
    version.reset();
    version.set({ sha256: hash('sha256', sdl).slice(0, 12) }, Math.floor(Date.now() / 1_000));
  };
  const deliveries = new Counter({
    name: 'tongdui_webhooks_total',
    help: 'Messages to webhooks, by what came of them.',
    labelNames: ['outcome'],
    registers,
  });
  let hasDefaults = false;

  return {
    answered: (caller, operation, status, ms) => requests.add(ms / 1_000, caller, operation, String(status)),
    refused: (code) => refusals.inc({ code }),
    failed(codes, isAnswered) {
      // Codes of strangers may be any.
      const named = codes.map((code) => (isCode(code) ? code : 'OTHER'));
      if (isAnswered) for (const code of named) partly.inc({ code });
      else for (const code of new Set(named)) refusals.inc({ code });
    },
    webhook: (outcome) => deliveries.inc({ outcome }),
    rates: (inner) => ({
      ...inner,
      spend(spender, units) {
        const headers = inner.spend(spender, units);
        cost.add(units, spender.class);
        return headers;
      },
    }),
    transport: (inner) => ({
      ready: (name) => inner.ready(name),
      close: () => inner.close(),
      send(subgraph, request, viewer): Promise<SubgraphAnswer> {
        const startedAt = performance.now();
        const ended = (outcome: string, isFailing: boolean): void => {
          calls.add((performance.now() - startedAt) / 1_000, subgraph, outcome);
          failing.set(subgraph, isFailing);
        };
        return inner.send(subgraph, request, viewer).then(
          (answer) => {
            ended(answer.errors ? 'errors' : 'answer', false);
            return answer;
          },
          (error: unknown) => {
            ended(error instanceof Unavailable ? 'out-of-reach' : 'failure', true);
            throw error;
          },
        );
      },
    }),
    version: versionNow,
    reloaded(outcome, sdl) {
      stale.set(outcome === 'refused' ? 1 : 0);
      if (outcome !== 'same') reloads.inc({ outcome });
      if (outcome === 'taken') versionNow(sdl);
    },
    read({ plans, streams, webhooks }) {
      const now = (name: string, help: string, value: () => number): Gauge =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(value());
          },
        });
      now('tongdui_plans_asked', 'Operations that needed a plan.', () => plans().asked);
      now('tongdui_plans_made', 'Of those, the ones that had to be planned: the rest was there.', () => plans().made);
      now('tongdui_plans_kept', 'Plans that are kept.', () => plans().kept);
      now('tongdui_streams', 'Streams that are open.', streams);
      now('tongdui_webhooks_under_way', 'Webhooks that are being worked on.', webhooks);
    },
    async text() {
      if (!hasDefaults) {
        hasDefaults = true; // Measuring the event loop begins with the first one who wants to know.
        collectDefaultMetrics({ register: registry });
      }
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
