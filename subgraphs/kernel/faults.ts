/** Named places at which a sandbox can make the process fail, stop or wait; in production nothing happens there. */
export interface Faults {
  reach(point: string): Promise<void>;
}

export const noFaults: Faults = { reach: () => Promise.resolve() };
