import type { DeliveryDesk } from '../deliver.js';
import { receipt, shipment, ticket, voucher } from '../handovers.js';

/** What shops deliver. Retail also serves partners without a trade of their own (charities, insurers): any other kind has a receipt. */
export const desk: DeliveryDesk = {
  kinds: { GOODS: shipment, COUPON: voucher, SERVICE_VOUCHER: voucher, TICKET: ticket },
  otherwise: receipt,
};
