// Looks for words in everything the server wrote down, in every way in which a word can lie on a disk.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes a word can be: as it is, in UTF-16, in base64 wherever in a longer text it stands, in hexadecimals. */
export function guises(word: string): [string, Buffer][] {
  const raw = Buffer.from(word, 'utf8');
  const little = Buffer.from(word, 'utf16le');
  const hex = raw.toString('hex');
  return [
    ['UTF-8', raw],
    ['UTF-16 LE', little],
    ['UTF-16 BE', Buffer.from(little).swap16()],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ...[0, 1, 2].map((offset): [string, Buffer] => [`base64 +${offset}`, Buffer.from(inBase64(raw, offset))]),
  ];
}

/** The letters of base64 that depend on the word alone, when it begins `offset` bytes after a multiple of three. */
function inBase64(word: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), word]).toString('base64').replace(/=+$/, '');
  const from = offset === 0 ? 0 : offset + 1;
  const to = Math.floor(((offset + word.length) * 8) / 6);
  return whole.slice(from, to);
}

/** In which files, and how, any of these words lies. */
export function found(folder: string, words: string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const wanted = words.flatMap((word) => guises(word).map(([guise, bytes]) => ({ word, guise, bytes })));
  return files.flatMap((file) => {
    const path = join(file.parentPath, file.name);
    const content = readFileSync(path);
    return wanted
      .filter(({ bytes }) => content.includes(bytes))
      .map(({ word, guise }) => `${word} as ${guise} in ${path}`);
  });
}
