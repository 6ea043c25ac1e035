// People at a table, in a real Chromium, against the demonstration: its own server, its own folder of data, thrown away
// afterwards. `make e2e` and `make screenshots` build what this starts.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defineConfig, devices } from '@playwright/test';

const root = resolve(import.meta.dirname, '..');
const port = process.env.AKKOORD_TEST_PORT ?? '3137';
const server = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'akkoord');

// This file is read again by every worker, which finds the folder that the first reading made.
process.env.AKKOORD_TEST_DATA ??= mkdtempSync(join(tmpdir(), 'akkoord-end2end-'));

export default defineConfig({
  testDir: '.',
  globalTeardown: './teardown.ts',
  fullyParallel: false,
  workers: Number(process.env.AKKOORD_TEST_WORKERS ?? 2),
  // A test that fails now and then is a fault to be found, so it is never tried twice.
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['html', { open: 'never' }]],
  // Long enough for seven browsers that share two cores with a build; a person would have seen it long before.
  expect: { timeout: 30_000 },
  timeout: 120_000,

  use: {
    ...devices['Desktop Chrome'],
    // A seat's page is at its own name: http://vt.demo.localhost:3137. All of them are this machine.
    baseURL: `http://demo.localhost:${port}`,
    locale: 'nl-NL',
    timezoneId: 'Europe/Amsterdam',
    trace: 'retain-on-failure',
    // Who cannot find a button for this long is told so, in the line where it is looked for.
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },

  projects: [
    { name: 'table', testDir: './tests' },
    // Not a test: takes the pictures of docs/ anew.
    { name: 'pictures', testDir: './pictures', workers: 1 },
  ],

  webServer: {
    command: `"${server}" demo`,
    cwd: root,
    env: {
      AKKOORD_LISTEN: `127.0.0.1:${port}`,
      AKKOORD_DATA: process.env.AKKOORD_TEST_DATA,
      AKKOORD_SITE: resolve(root, process.env.AKKOORD_SITE ?? 'dist'),
    },
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
});
