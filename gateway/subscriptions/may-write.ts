/** Whether a document may hold a write; one that is none costs a look for nothing. */
export const mayWrite = (document: string): boolean => /\bmutation\b/.test(document);
