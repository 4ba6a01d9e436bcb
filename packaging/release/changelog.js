/**
 * The text of a version in CHANGELOG.md, without its heading; null where there is none.
 *
 * @param {string} changelog
 * @param {string} version
 */
export function changelogEntry(changelog, version) {
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')}(?: .*)?$`, 'm').exec(changelog);
  if (heading === null) return null;
  const [text = ''] = changelog.slice(heading.index + heading[0].length).split(/^## /m);
  return text.trim() === '' ? null : `${text.trim()}\n`;
}
