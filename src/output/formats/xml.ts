import { escapeQuoted, escapeText } from './entities.ts';

/** An element, or text inside one. */
type XmlNode = XmlElement | string;

export interface XmlElement {
  readonly name: string;
  /** Left out where undefined. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children?: readonly XmlNode[];
}

/** An XML document in UTF-8, indented. An element that holds text holds nothing else. */
export function* xmlDocument(root: XmlElement): Iterable<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield* written(root, '');
}

function* written(
  { name, attributes, children = [] }: XmlElement,
  indent: string,
): Iterable<string> {
  const set = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
    .join('');
  if (children.length === 0) {
    yield `${indent}<${name}${set}/>\n`;
  } else if (children.every((child) => typeof child === 'string')) {
    yield `${indent}<${name}${set}>${escapeText(legal(children.join('')))}</${name}>\n`;
  } else {
    yield `${indent}<${name}${set}>\n`;
    for (const child of children)
      if (typeof child !== 'string') yield* written(child, `${indent}  `);
    yield `${indent}</${name}>\n`;
  }
}

/** Attribute values; white space is written as a character reference, since parsers turn it into blanks. */
function escapeAttribute(text: string): string {
  return escapeQuoted(legal(text)).replace(
    /[\t\n\r]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/** Text without the characters that XML 1.0 forbids: controls, half a surrogate pair, U+FFFE. */
function legal(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are replaced
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/g, '\ufffd')
  );
}
