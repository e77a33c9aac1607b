#!/usr/bin/env node
// Stands here, not in dist, so that the link exists before the first build.
import '../dist/cli/main.js';
