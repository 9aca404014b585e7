/** What cannot be done as asked, in a sentence. */
export class Refused extends Error {}
