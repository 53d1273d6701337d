/** Streams of a process that writes for people and programs. */
interface Writing {
  readonly stdout: Pick<NodeJS.WriteStream, 'on'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'on' | 'write'>;
  exit(code?: number): void;
}

/**
 * Ends a process whose output nobody takes: quietly where the reader has gone (`conductor server list | head -1`), and
 * with one line where it cannot be kept, as on a full disk.
 *
 * @param name - what the line begins with
 */
export function endOnFailedOutput(process: Writing, name: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return process.exit();
    process.stderr.write(`${name}: what is printed cannot be kept: ${error.message}\n`);
    process.exit(1);
  });
  // Of this nobody can be informed.
  process.stderr.on('error', () => process.exit(1));
}
