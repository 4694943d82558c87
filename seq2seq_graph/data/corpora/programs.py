"""Which packages hold a program's texts in two languages, and how each is read.

Debian's of 12 (bookworm), Python's of 2026. Each function reads downloaded packages and returns
`catalogues.Messages`: English texts with their translations, placeholders numbered.
"""

from typing import Dict, Hashable, Iterable, List, Optional, Tuple, TypeVar

from seq2seq_graph.data.corpora import catalogues, libreoffice_help, mozilla, pak
from seq2seq_graph.data.corpora.corpus import TextPair
from seq2seq_graph.data.corpora.files import opened, unzipped
from seq2seq_graph.data.corpora.messages import number_placeholders, strip_accelerators
from seq2seq_graph.errors import InputError

# Office, picture, mail, web, sound and settings programs, with gettext's catalogues.
DESKTOP = (
    "gimp-data", "inkscape", "krita-l10n", "digikam-data", "calligra-data", "calligrasheets-data",
    "calligrawords-data", "calligrastage-data", "evolution-common", "evolution-data-server-common",
    "cinnamon-l10n", "libgtk-3-common", "libgtk2.0-common", "libgtk-4-common", "gnucash-common",
    "kmymoney-common", "plasma-workspace-data", "plasma-desktop-data", "kdevelop-l10n",
    "kile-l10n", "kate5-data", "ktexteditor-data", "konversation-data", "ktorrent-data",
    "k3b-i18n", "libkf5kdelibs4support-data", "kdenlive-data", "kleopatra", "krusader",
    "skrooge-common", "tellico-data", "kmail", "kf5-messagelib-data", "korganizer", "okular",
    "konqueror", "dolphin", "libgladeui-common", "anjuta-common", "dia-common", "gnumeric-common",
    "libgoffice-0.10-10-common", "gnome-control-center-data", "nautilus-data", "gnome-builder",
    "epiphany-browser-data", "gedit-common", "pluma-common", "caja-common", "bluefish-data",
    "geany-common", "filezilla-common", "audacity-data", "vlc-l10n", "fontforge-common",
    "pidgin-data", "hexchat-common", "shotwell-common", "gthumb-data", "synfigstudio",
    "mypaint-data", "poedit-common", "cherrytree", "kbibtex-data", "planner-data", "homebank-data",
    "umbrello-data", "thunar-data", "xfce4-settings", "evince-common", "atril-common", "eog",
    "file-roller", "gnome-commander-data", "mate-control-center-common", "phpmyadmin",
)
MOZILLA = ("firefox-esr", "thunderbird")
CHROMIUM = "chromium-l10n"
# JupyterLab's packs name the country too; all are of one version.
JUPYTERLAB_VERSION = "4.5.post3"
_JUPYTERLAB = (
    "ar-SA", "ca-ES", "cs-CZ", "da-DK", "de-DE", "el-GR", "es-ES", "et-EE", "fi-FI", "fr-FR",
    "he-IL", "hu-HU", "hy-AM", "id-ID", "it-IT", "ja-JP", "ko-KR", "lt-LT", "nl-NL", "no-NO",
    "pl-PL", "pt-BR", "ro-RO", "ru-RU", "tr-TR", "uk-UA", "vi-VN", "zh-CN", "zh-TW",
)
Key = TypeVar("Key", bound=Hashable)
_ENGLISH = "en-GB"  # Debian packs no en-US of Mozilla's and Chromium's, which is built in


def debian_language(language: str) -> str:
    """Spells a language as the names of Debian's packages do: pt-br of pt_BR."""
    return language.replace("_", "-").lower()


def libreoffice(language: str) -> Tuple[str, str, str]:
    """Names LibreOffice's packages: messages, help, English help."""
    spelled = debian_language(language)
    return f"libreoffice-l10n-{spelled}", f"libreoffice-help-{spelled}", "libreoffice-help-en-us"


def mozilla_packages(program: str, language: str) -> Tuple[str, str]:
    """Names a program's English and translated package."""
    return f"{program}-l10n-en-gb", f"{program}-l10n-{debian_language(language)}"


def jupyterlab(language: str) -> Optional[str]:
    """Names the pack of a language with its version, as pip wants it; None if there is none."""
    spelled = language.replace("_", "-")
    for code in _JUPYTERLAB:
        if spelled in (code, code.split("-")[0]):
            return f"jupyterlab-language-pack-{code}=={JUPYTERLAB_VERSION}"
    return None


def read_help(english: str, translated: str, language: str) -> catalogues.Messages:
    """Reads LibreOffice's help.

    Args:
      english, translated: paths of the two packages.
      language: as in ko or pt_BR.

    Raises:
      InputError: a package is damaged, or has no page of its language.
    """
    sides: List[dict] = []
    stated: List[Tuple[str, str]] = []
    for path, code in (english, "en-US"), (translated, language.replace("_", "-")):
        content, stated = _contents(path, (libreoffice_help.ENDING,))
        sides.append(libreoffice_help.texts(content, code))
        if not sides[-1]:
            raise InputError(f"{path}: no page of help/{code}; give LibreOffice's help of it")
    return catalogues.Messages(list(_paired(sides[0], sides[1], with_keys=False)), stated)


def read_mozilla(english: str, translated: str) -> catalogues.Messages:
    """Reads a program of Mozilla's from two packages that each hold one language's xpi.

    Raises:
      InputError: a package is damaged, or has not one `langpack-LANGUAGE@....xpi`.
    """
    sides: List[dict] = []
    stated: List[Tuple[str, str]] = []
    for path in english, translated:
        content, stated = _contents(path, (".xpi",))
        packs = [name for name in content if "/langpack-" in name]
        if len(packs) != 1:
            raise InputError(f"{path}: {len(packs)} files langpack-LANGUAGE@....xpi; give one")
        language = packs[0].split("/langpack-")[1].split("@")[0]
        inside = unzipped(f"{path}/{packs[0]}", content[packs[0]], mozilla.ENDINGS)
        sides.append(mozilla.texts(inside, language))
    return catalogues.Messages(list(_paired(sides[0], sides[1])), stated)


def read_chromium(path: str, language: str) -> catalogues.Messages:
    """Reads Chromium's two packs out of its package.

    Raises:
      InputError: the package is damaged.
      catalogues.NoCatalogue: it has no pack of the language.
    """
    endings = [f"/locales/{code}.pak" for code in (_ENGLISH, language.replace("_", "-"))]
    content, stated = _contents(path, endings)
    sides: List[dict] = []
    for ending in endings:
        names = [name for name in content if name.endswith(ending)]
        if not names:
            raise catalogues.NoCatalogue(f"{path}: no {ending}; give another language")
        sides.append(pak.read_pak(f"{path}/{names[0]}", content[names[0]]))
    return catalogues.Messages(list(_paired(sides[0], sides[1])), stated)


def _contents(path: str, endings) -> Tuple[Dict[str, bytes], List[Tuple[str, str]]]:
    """Reads a package's files with one of `endings`, and those that may state a licence."""
    with opened(path, (*endings, "/copyright")) as files:
        content = {name[len(path) + 1 :]: read() for name, read in files.items()}
    stated = [name for name in content if name.endswith("/copyright")]
    return content, [(name, content.pop(name).decode("utf-8", "replace")) for name in stated]


def _paired(
    english: Dict[Key, str], translated: Dict[Key, str], with_keys: bool = True
) -> Iterable[Optional[TextPair]]:
    for key in english:
        if key in translated:
            numbered = number_placeholders(english[key], translated[key])
            yield strip_accelerators(*numbered) if numbered and with_keys else numbered
