import { readFileSync } from 'node:fs';

/**
 * One entry of an archive. All belong to root unless `owner` names another uid and gid.
 *
 * @typedef {object} Entry
 * @property {string} path relative, without a slash in front; a directory's ends in one
 * @property {number} [mode]
 * @property {number} [owner]
 * @property {string | Uint8Array} [content] a file's
 * @property {string} [file] read instead of `content`
 * @property {string} [link] the target of a symbolic link
 */

/**
 * A tar archive (ustar) of entries, in the order of their paths, without times: the same entries are the
 * same bytes.
 *
 * @param {readonly Entry[]} entries
 * @returns {Buffer}
 */
export function tar(entries) {
  const blocks = [...entries]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap((entry) => {
      const content = contentOf(entry);
      const padding = (512 - (content.length % 512)) % 512;
      return [header(entry, content.length), content, Buffer.alloc(padding)];
    });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** @param {Entry} entry */
function contentOf({ content, file }) {
  if (file !== undefined) return readFileSync(file);
  return content === undefined ? Buffer.alloc(0) : Buffer.from(content);
}

/**
 * @param {Entry} entry
 * @param {number} size in bytes
 */
function header({ path, mode, owner = 0, link }, size) {
  const block = Buffer.alloc(512);
  const { name, prefix } = split(path);
  const isDirectory = path.endsWith('/');
  const type = link !== undefined ? '2' : isDirectory ? '5' : '0';
  block.write(name, 0);
  block.write(octal(mode ?? (isDirectory ? 0o755 : 0o644), 7), 100);
  block.write(octal(owner, 7), 108);
  block.write(octal(owner, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136); // the time: 1970
  block.write(' '.repeat(8), 148); // the checksum is computed over blanks in its own place
  block.write(type, 156);
  block.write(link ?? '', 157);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${octal(checksum, 6)} `, 148);
  return block;
}

/** A path over 100 bytes is stored in two fields, split at a slash. */
function split(/** @type {string} */ path) {
  if (path.length <= 100) return { name: path, prefix: '' };
  const at = path.indexOf('/', path.length - 101);
  if (at < 0 || at > 155) throw new Error(`too long for ustar: ${path}`);
  return { name: path.slice(at + 1), prefix: path.slice(0, at) };
}

/**
 * @param {number} value
 * @param {number} digits
 */
function octal(value, digits) {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}
