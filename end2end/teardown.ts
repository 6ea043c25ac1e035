// Throws away the demonstration's data.

import { rmSync } from 'node:fs';

export default function teardown() {
  rmSync(process.env.AKKOORD_TEST_DATA!, { recursive: true, force: true });
}
