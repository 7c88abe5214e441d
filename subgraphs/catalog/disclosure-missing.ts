export { DisclosureMissing, disclosureMissing } from '../kernel/gate-refusals.js';
