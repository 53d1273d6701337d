import { fileURLToPath } from 'node:url';
import { argumentSchemas } from './argument-schemas.ts';
import { settleFiles } from './generated-files.ts';

settleFiles(fileURLToPath(new URL('../docs/schemas/', import.meta.url)), argumentSchemas(), 'npm run schemas');
