#!/usr/bin/python3
"""Windows of WebKitGTK whose profile stays on the disk, driven by WebKitWebDriver, which starts this.

MiniBrowser and Epiphany forget everything at their end where they are driven, and a person's browser does not.
Its one argument is the profile's folder.
"""
import sys
import gi
gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import Gtk, WebKit2

profile = sys.argv[1]
manager = WebKit2.WebsiteDataManager(base_data_directory=profile + '/data', base_cache_directory=profile + '/cache')
context = WebKit2.WebContext(website_data_manager=manager)
context.set_sandbox_enabled(False)
context.set_automation_allowed(True)

def open_view(session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=1280, default_height=800)
    window.add(view)
    window.show_all()
    view.grab_focus()
    view.connect('close', lambda _: window.destroy())
    return view

def start(_context, session):
    info = WebKit2.ApplicationInfo()
    info.set_name('Satchel tests')
    info.set_version(2, 50, 0)
    session.set_application_info(info)
    session.connect('create-web-view', open_view)

context.connect('automation-started', start)
Gtk.main()
