import path from 'node:path'
import { DEFAULT_TENANT } from '../../identity/account.ts'
import { openWorkspaces, type Workspaces } from './workspace.ts'
import { readDataFolderId } from './workspaceHome.ts'

export interface TenantWorkspaces {
  of(tenant: string): Promise<Workspaces>
  /** The data folder that they lie in, as `readHome` names it. */
  home(): Promise<string>
}

/**
 * Each tenant's sessions have their folders in one of its own. Those of the default tenant stay where they were
 * before there were others: Claude finds a conversation again by its folder.
 */
export function openTenantWorkspaces(dataFolder: string): TenantWorkspaces {
  const opened = new Map<string, Promise<Workspaces>>()
  let home: Promise<string> | undefined

  async function open(tenant: string) {
    try {
      return await openWorkspaces(path.join(dataFolder, ...tenant === DEFAULT_TENANT ? ['workspaces'] : ['tenants', tenant, 'workspaces']))
    }
    catch (error) {
      opened.delete(tenant) // a disk that was away may come back
      throw error
    }
  }

  return {
    of(tenant) {
      const workspaces = opened.get(tenant) ?? open(tenant)
      opened.set(tenant, workspaces)
      return workspaces
    },
    home() {
      home ??= readDataFolderId(dataFolder).catch((error: unknown) => {
        home = undefined // as above
        throw error
      })
      return home
    },
  }
}
