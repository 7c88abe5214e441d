/** What kinds of things happen, and what each means: the same names in streams, pages and webhooks. */
export const eventTypes = {
  POINTS_EARNED: 'Points were earned.',
  POINTS_SPENT: 'Points were spent.',
  POINTS_RETURNED: 'Points came back with returned goods.',
  POINTS_EXPIRED: 'Points expired.',
  POINTS_CLAWED_BACK: 'Points were taken back because goods they were earned with were returned.',
  POINTS_ADJUSTED: 'Points were corrected by two people.',
  POINTS_TRANSFERRED: 'Points were sent to another member, or received from one.',
  POINTS_EXPIRING: 'Points expire soon; told to the member alone.',
  REDEMPTION_HELD: 'Points are held for a redemption that waits for its capture.',
  REDEMPTION_COMPLETED: 'A redemption is delivered and paid.',
  REDEMPTION_ENDED: 'Nothing came of a redemption; its points are back.',
  REDEMPTION_RETURNED: 'Goods of a redemption were returned.',
  CONSENT_GRANTED: 'A member agreed that the partner reads something.',
  CONSENT_WITHDRAWN: 'A member withdrew a consent towards the partner: what it opened is closed already.',
  PERIOD_CLOSED: 'A settlement period was closed.',
} as const;

export type EventTypeName = keyof typeof eventTypes;

export const eventTypeMeaning = 'What kind of thing happened. There will be more kinds.';

/** An enum as SDL, out of its values and what each means. */
export const enumSdl = (name: string, meaning: string, values: Readonly<Record<string, string>>): string =>
  `"""${meaning}"""\nenum ${name} {\n${Object.entries(values)
    .map(([value, text]) => `  """${text}"""\n  ${value}\n`)
    .join('')}}`;
