import { pathToFileURL } from 'node:url';

// A process of its own: it imports one module and prints when it was ready, since the start of the process.
const [file] = process.argv.slice(2);
if (file !== undefined) await import(pathToFileURL(file).href);
const readyMs = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ readyMs, cpuMs: (user + system) / 1000, memoryMb: process.memoryUsage.rss() / 2 ** 20 }));
process.exit(0);
