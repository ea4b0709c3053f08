/**
 * The editor and the terminal write non-breaking spaces, which look like others and are not.
 *
 * @param {string} text
 */
export function plain(text) {
  return text.replaceAll("\u00A0", " ");
}
