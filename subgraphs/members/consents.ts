import type { Consented } from '../kernel/consents.js';

/** Classes of fields that consent can open. */
export type ConsentClass = 'SHARED' | 'PII' | 'CREDIT';
export type Purpose = 'SERVICE' | 'MARKETING' | 'INSIGHT' | 'PREFERENCES' | 'CREDIT_BENEFITS' | 'CHILD_BENEFITS';

/** One consent as it was given: to one recipient, for one purpose, for some classes, for a time. */
export interface Grant {
  readonly recipient: string;
  readonly purpose: Purpose;
  readonly classes: readonly ConsentClass[];
  readonly from: Date;
  /** First instant at which it no longer holds; null for "until withdrawn". */
  readonly until: Date | null;
  readonly withdrawnAt: Date | null;
  /** Given by a guardian, for a child's data only; it opens nothing of the guardian's own. */
  readonly guardian: boolean;
}

/** Holds from its first instant until the instant before its end or its withdrawal, whichever comes first. */
export const inForce = ({ from, until, withdrawnAt }: Pick<Grant, 'from' | 'until' | 'withdrawnAt'>, at: Date): boolean =>
  from <= at && (until === null || at < until) && (withdrawnAt === null || at < withdrawnAt);

/** Pure: what a member's grants let one recipient read at an instant. Several grants add up; one that ended takes nothing from another. */
export function consented(grants: readonly Grant[], recipient: string, at: Date): Consented {
  const standing = grants.filter((grant) => grant.recipient === recipient && inForce(grant, at));
  const own = standing.filter(({ guardian }) => !guardian);
  const purposes = [...new Set(own.map(({ purpose }) => purpose))].toSorted();
  return {
    open: classesOf(own),
    guardian: classesOf(standing.filter(({ guardian }) => guardian)),
    purposes: purposes.map((purpose) => ({ purpose, classes: classesOf(own.filter((grant) => grant.purpose === purpose)) })),
  };
}

/** Pure: whether a grant lets its recipient use the class for this very purpose now; to be read is not to be used for anything. */
export const covers = (grant: Grant, purpose: Purpose, fieldClass: ConsentClass, at: Date): boolean =>
  !grant.guardian && grant.purpose === purpose && grant.classes.includes(fieldClass) && inForce(grant, at);

/** A child's data is used by separate consent of the guardian only. */
export const needsGuardian = (purpose: Purpose): boolean => purpose === 'CHILD_BENEFITS';

const classesOf = (grants: readonly Grant[]): ConsentClass[] => [...new Set(grants.flatMap(({ classes }) => classes))].toSorted();
