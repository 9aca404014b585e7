/** Whether a text is an address that a browser or a shop can be sent to. */
export function isWebUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}
