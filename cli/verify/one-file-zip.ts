import { crc32 } from 'node:zlib';

/** How a part of an archive begins; an entry also has the version that made it. */
const signature = (hex: string): Buffer => Buffer.from(hex, 'hex');

/**
 * A ZIP archive with one file that is stored as it is, which is what Lambda takes of a function this small
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.6).
 */
export function oneFileZip(name: string, text: string): Uint8Array<ArrayBuffer> {
  const [path, data] = [Buffer.from(name), Buffer.from(text)];
  const size = Buffer.alloc(26);
  // Version 2.0, no flags, stored, and a time that says nothing.
  size.writeUInt16LE(20, 0);
  size.writeUInt16LE(0x21, 8);
  size.writeUInt32LE(crc32(data), 10);
  size.writeUInt32LE(data.length, 14);
  size.writeUInt32LE(data.length, 18);
  size.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([signature('504b0304'), size, path, data]);
  const rest = Buffer.alloc(14);
  // A file that everybody may read.
  rest.writeUInt32LE((0o100_644 << 16) >>> 0, 6);
  const entry = Buffer.concat([signature('504b01021403'), size, rest, path]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Uint8Array.from(Buffer.concat([local, entry, signature('504b0506'), end]));
}
