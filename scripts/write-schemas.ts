import { fileURLToPath } from 'node:url';
import { argumentSchemas, clientSchemas } from './argument-schemas.ts';
import { settleFiles, settlePage } from './generated-files.ts';

settleFiles(fileURLToPath(new URL('../docs/schemas/', import.meta.url)), argumentSchemas(), 'npm run schemas');
settlePage(
  fileURLToPath(new URL('../client/argument-schemas.json', import.meta.url)),
  clientSchemas(),
  'npm run schemas',
);
