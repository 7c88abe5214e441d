import { memberStub } from '../member.stub.js';

/** The member to whom banking adds card transactions. */
export const Member = memberStub();
