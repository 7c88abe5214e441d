import type { DeliveryDesk } from '../deliver.js';
import { receipt, shipment, voucher } from '../handovers.js';

/** What a bank delivers. */
export const desk: DeliveryDesk = { kinds: { COUPON: voucher, GOODS: shipment, DONATION: receipt } };
