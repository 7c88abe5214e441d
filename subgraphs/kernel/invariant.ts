/** We were wrong: a condition that our own code guarantees does not hold. Masked towards callers, loud in the log. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
