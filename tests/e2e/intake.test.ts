import { composer, expectSaved, openApp, textbox, thumbnail } from './app.ts'
import { attach } from './doors.ts'
import { openProfile } from './profile.ts'
import { expect, test } from './satchel.ts'
