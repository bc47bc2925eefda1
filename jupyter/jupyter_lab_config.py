"""JupyterLab for this course: quiet, offline, one kernel, its state in the ignored .jupyter."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
STATE = PROJECT / ".jupyter"

sys.path.insert(0, str(PROJECT / "jupyter"))
from save_hook import drop_rendered_pictures  # noqa: E402

c = get_config()  # noqa: F821  (Jupyter provides it)

# Loopback only, with a token; Ctrl-C stops without a question.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(PROJECT)
c.ServerApp.answer_yes = True
c.ServerApp.terminals_enabled = False
c.ServerApp.jpserver_extensions = {
    "jupyterlab": True,
    "jupyter_lsp": False,
    "jupyter_server_terminals": False,
    "notebook_shim": False,
}

# Nothing asks the network.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"

# The project's settings; what the reader changes goes to the ignored folder.
c.LabApp.app_settings_dir = str(PROJECT / "jupyter" / "settings")
c.LabApp.user_settings_dir = str(STATE / "user-settings")
c.LabApp.workspaces_dir = str(STATE / "workspaces")
c.FileCheckpoints.checkpoint_dir = str(STATE / "checkpoints")

# Only the TypeScript kernel of this project.
c.KernelSpecManager.ensure_native_kernel = False
c.KernelSpecManager.allowed_kernelspecs = {"tslab"}

# Run All and Save leave git clean.
c.FileContentsManager.pre_save_hook = drop_rendered_pictures

# Exported HTML: charts play there too.
load_subconfig("jupyter_nbconvert_config.py", path=str(PROJECT / "jupyter"))  # noqa: F821
