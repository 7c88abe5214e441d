/** Named places at which a sandbox can make the process fail, stop or wait; in production nothing happens there. */
export interface Faults {
  /** Rejects with `InjectedFault` where a failure was ordered for this place. */
  reach(point: string): Promise<void>;
}

/** A failure that somebody ordered through the sandbox. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

export const noFaults: Faults = { reach: () => Promise.resolve() };
