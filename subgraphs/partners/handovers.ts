import type { Handover } from './delivery-plan.js';

/** Handovers that several trades share. */
const described = ({ item, quantity }: { item: string; quantity: number }): string => `${item} × ${quantity}`;

/** One code per unit, shown at the counter. */
export const voucher: Handover = { perUnit: true, prefix: '', detail: ({ item }) => item };
/** One numbered ticket per unit. */
export const ticket: Handover = { perUnit: true, prefix: 'T-', detail: ({ item }) => item };
/** One parcel for the whole line. */
export const shipment: Handover = { perUnit: false, prefix: 'S-', detail: described };
/** Anything else: a receipt for the whole line. */
export const receipt: Handover = { perUnit: false, prefix: 'R-', detail: described };
