import type { DeliveryDesk } from '../deliver.js';
import { ticket, voucher } from '../handovers.js';
import { keepTerms } from './carrier-terms.js';

/** What travel delivers: numbered tickets; vouchers for a room or a guided tour. */
export const desk: DeliveryDesk = {
  kinds: { TICKET: ticket, SERVICE_VOUCHER: voucher, COUPON: voucher },
  delivered: keepTerms,
};
