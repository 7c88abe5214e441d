/** The demo data of DOMAIN §5.1–5.3: plain rows, each with the rows of the founding documents that it comes from. */
export { demoItems, type DemoItem } from './demo-items.js';
export { type DemoMember, demoMembers, memberNamed } from './demo-members.js';
export { type Bilingual, type DemoPartner, demoPartners, partnerIds, partnerNamed } from './demo-partners.js';
export { type DemoProgramme, demoProgrammes, type DemoRule, demoRules, rulesFrom } from './demo-programmes.js';
