/** What is taken back of a booking. */
export interface Plan {
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  /** Programmes of the legs that the carrier itself issues: those it can compensate in. */
  readonly own: readonly string[];
}
