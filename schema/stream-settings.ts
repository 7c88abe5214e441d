import { z } from 'zod';

const whole = (usual: number, least = 1): z.ZodDefault<z.ZodInt> =>
  z.int({ error: 'is a whole number' }).min(least, `is at least ${least}`).default(usual);

/** How streams of events run; what is not said is as here. */
export const streamShape = z.strictObject({
  /** How often the subgraphs are asked whether there is news, where nobody has told before. */
  pollMs: whole(1_000, 20),
  /** How often a quiet stream says that it is alive, and looks for itself. */
  beatMs: whole(15_000, 100),
  /** How often a stream's token and standing are looked at; a standing is itself up to three seconds old. */
  recheckMs: whole(1_500, 50),
  /** How long a stream waits for a reader that fetches nothing; then it is cut, and read on from its last event. */
  stallMs: whole(10_000, 50),
  /** Events that are read ahead. */
  batch: whole(20),
  /** Streams of one principal on one instance, and of all. */
  streamsPerPrincipal: whole(10),
  streams: whole(5_000),
  /** WebSockets of one network and of one principal on one instance; there are as many in all as there may be streams. */
  socketsPerNetwork: whole(1_000),
  socketsPerPrincipal: whole(100),
  /** Operations of one WebSocket at a time, streams among them. */
  operationsPerSocket: whole(32),
});

export type StreamSettings = Readonly<z.infer<typeof streamShape>>;

export const usualStreams: StreamSettings = streamShape.parse({});
