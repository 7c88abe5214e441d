import type { DeliveryDesk } from '../deliver.js';
import { shipment, voucher } from '../handovers.js';

/** What a garage delivers: vouchers for work, coupons of its insurer, parts to take along. */
export const desk: DeliveryDesk = { kinds: { SERVICE_VOUCHER: voucher, COUPON: voucher, GOODS: shipment } };
