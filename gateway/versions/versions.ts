/** A version that somebody uses; it stays open until it is given back as often as it was taken. */
export interface Held<Version> {
  readonly version: Version;
  done(): void;
}

/** Which version answers now, and those before it for as long as somebody still uses them. */
export interface Versions<Version> {
  /** The one to ask right now; call `done` once the answer is there. */
  use(): Held<Version>;
  current(): Version;
  /** From now on this one answers; the one before it is closed when the last request that began with it has ended. */
  replace(next: Version): void;
  /** Resolves when all of them are closed. */
  close(): Promise<void>;
}

export function openVersions<Version extends { close(): Promise<void> }>(
  first: Version,
  failed: (error: unknown) => void,
): Versions<Version> {
  const closing = new Set<Promise<void>>();
  const close = (version: Version): void => {
    const closed = version
      .close()
      .catch(failed)
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };
  const hold = (version: Version) => ({
    version,
    users: 0,
    isRetired: false,
    done() {
      this.users -= 1;
      if (this.isRetired && this.users === 0) close(version);
    },
  });
  let held = hold(first);
  return {
    use() {
      held.users += 1;
      return held;
    },
    current: () => held.version,
    replace(next) {
      const last = held;
      held = hold(next);
      last.isRetired = true;
      if (last.users === 0) close(last.version);
    },
    async close() {
      close(held.version);
      await Promise.all(closing);
    },
  };
}
