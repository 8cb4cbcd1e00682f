"""Small words of the languages that notes are put into: denials, numbers, words that give it away.

Data for the check of translations. `denies` are words that deny outright; `against` say so in
another way ("unable", "ohne" is a denial, "unmöglich" is not), so that one may stand for the other.
`scales` are the words after a numeral that multiply it: an English billion is a German Milliarde.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag_notes.ground.words import word_set


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of a language; `small` are words that few of the other languages have."""

    denies: re.Pattern[str]
    against: re.Pattern[str]
    small: frozenset[str]
    numbers: Mapping[str, int]
    scales: Mapping[str, int]


_VALUES = (0, *range(2, 21), 30, 40, 50, 60, 70, 80, 90, 100, 1000)
_THOUSAND, _MILLION, _MILLIARD, _BILLION = 10**3, 10**6, 10**9, 10**12


def _language(  # noqa: PLR0913 - a row of the table
    denies: str,
    against: str,
    small: str,
    *,
    numbers: str,
    million: str,
    milliard: str,
    billion: str,
    thousand: str,
) -> Language:
    """A row; `numbers` are the words for 0, 2-20, the tens, 100 and 1000, "/" between spellings."""
    values = {
        word: value
        for words, value in zip(numbers.split(), _VALUES, strict=True)
        for word in words.split("/")
    }
    scales = {
        word.replace("_", " "): value
        for words, value in (
            (thousand, _THOUSAND),
            (million, _MILLION),
            (milliard, _MILLIARD),
            (billion, _BILLION),
        )
        for word in words.split()
    }
    return Language(
        re.compile(rf"(?<!\w)(?:{denies})(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{against})(?!\w)", re.IGNORECASE),
        word_set(small),
        values,
        scales,
    )


LANGUAGES: Mapping[str, Language] = {
    "en": _language(
        r"not|never|no|cannot|neither|nor|none|nothing|nobody|nowhere|without|\w+n['’]t"
        r"|lack(?:s|ed|ing)?|fail(?:s|ed|ing)?|unable",
        r"un\w{4,}|im(?:possib|prop)\w+|in(?:correct|accurate|complete|efficien|valid|abilit|feasib"
        r"|dependen|sufficien)\w*|ir(?:relevant|regular)\w*|non-?\w{3,}|\w{4,}less(?:ly)?|rarely"
        r"|seldom|hardly|barely|scarcely|only|unless|except|instead|rather|avoid\w*|prevent\w*"
        r"|ignor\w*|exclud\w*|skip\w*|miss\w*|too|little|few|wrong\w*|false|free|stop\w*|beyond"
        r"|until|rid|remov\w*|los\w+|disagree\w*|dis\w{4,}|minus|away|yet|refus\w*|deny|denies",
        "the and of is are was were to that this which with for from by as it its can be have has"
        " when where into than they their an has you we what not on",
        numbers="zero two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty"
        " seventy eighty ninety hundred thousand",
        thousand="thousand",
        million="million millions",
        milliard="billion billions",
        billion="trillion trillions",
    ),
    "de": _language(
        r"nicht|nie|niemals|kein(?:e|en|em|er|es|erlei)?|weder|noch nie|nichts|niemand(?:em|en)?"
        r"|nirgend\w*|ohne|unmöglich|unfähig|fehl(?:t|en|te|ten|schläg\w*)|scheiter\w*",
        r"un\w{4,}|\w{3,}(?:los|frei)(?:e|en|em|er|es)?|kaum|selten|nur|statt|anstatt|anstelle|außer"
        r"|vermeid\w*|verhinder\w*|ignorier\w*|fehl\w*|falsch\w*|mangel\w*|wenig\w*|zu|sondern"
        r"|nicht-?\w+|in(?:korrekt|effizient|stabil|aktiv)\w*|bis|verlier\w*|entfern\w*|weg",
        "der die das den dem des ein eine einen einem einer und ist sind war wird werden mit für"
        " von zu im auf bei als oder nicht kann können sich auch durch über wenn dass aus zum zur"
        " es hat haben sie was",
        numbers="null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn"
        " fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig/dreissig vierzig"
        " fünfzig sechzig siebzig achtzig neunzig hundert/einhundert tausend/eintausend",
        thousand="tausend",
        million="million millionen mio",
        milliard="milliarde milliarden mrd",
        billion="billion billionen",
    ),
    "fr": _language(
        r"pas|jamais|rien|aucune?s?|personne|sans|ni|nulle? part|non|impossible|incapables?"
        r"|n['’]\w+ plus|échou\w*|manqu\w*",
        r"in\w{5,}|im(?:poss|prop)\w*|ne|seul\w*|uniquement|rarement|guère|sauf|évit\w*|empêch\w*"
        r"|ignor\w*|plutôt|au lieu|peu|trop|faux|fausse\w*|dé\w{5,}|mal|perd\w*|supprim\w*",
        "le la les des du une un et est sont dans pour par sur avec qui que au aux ce cette ces il"
        " elle ils elles plus être peut peuvent ou de en se comme chaque lorsque",
        numbers="zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze"
        " quinze seize dix-sept dix-huit dix-neuf vingt trente quarante cinquante soixante"
        " soixante-dix quatre-vingts/quatre-vingt quatre-vingt-dix cent mille",
        thousand="mille",
        million="million millions",
        milliard="milliard milliards",
        billion="billion billions",
    ),
    "es": _language(
        r"no|nunca|jamás|nada|nadie|ning(?:ún|un[oa]s?)|ni|sin|tampoco|imposible|incapa(?:z|ces)"
        r"|fracas\w*|fall\w*|carec\w*",
        r"in\w{5,}|im(?:pos|prop)\w*|sol[oa]s?|sólo|solamente|únicamente|rara vez|apenas|salvo"
        r"|excepto|evit\w*|impid\w*|imped\w*|ignor\w*|en lugar|en vez|poc[oa]s?|demasiad[oa]s?"
        r"|fals[oa]s?|des\w{4,}|mal|falt\w*|pierd\w*|perd\w*|elimin\w*|hasta",
        "el la los las del una un y es son en para por con que se al lo como su sus este esta estos"
        " más ser puede pueden o de cada cuando entre",
        numbers="cero dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce"
        " quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta"
        " sesenta setenta ochenta noventa cien/ciento mil",
        thousand="mil",
        million="millón millones",
        milliard="mil_millones millardo millardos",
        billion="billón billones",
    ),
    "it": _language(
        r"non|mai|niente|nulla|nessun[oa']?|né|senza|neanche|nemmeno|neppure|no|impossibil[ei]"
        r"|incapac[ei]|fallisc\w*|manc\w*",
        r"in\w{5,}|im(?:poss|prop)\w*|sol[oaie]|soltanto|solamente|raramente|appena|tranne|eccetto"
        r"|evit\w*|impedi\w*|ignor\w*|invece|anziché|poc[oahi]+|troppo|fals[oaie]|sbagliat[oaie]"
        r"|dis\w{4,}|perd\w*|rimuov\w*|fino|finché",
        "il lo la gli le un una e è sono di del della dei delle che per con su nel nella da dal si"
        " come questo questa più essere può possono o ogni quando ai al",
        numbers="zero due tre quattro cinque sei sette otto nove dieci undici dodici tredici"
        " quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta"
        " cinquanta sessanta settanta ottanta novanta cento mille",
        thousand="mille mila",
        million="milione milioni",
        milliard="miliardo miliardi",
        billion="bilione bilioni",
    ),
    "pt": _language(
        r"não|nunca|jamais|nada|ninguém|nenhum(?:a|as|ns)?|nem|sem|impossíve(?:l|is)|incapa(?:z|zes)"
        r"|falh\w*|carec\w*",
        r"in\w{5,}|im(?:pos|prop)\w*|só|apenas|somente|raramente|exceto|salvo|evit\w*|imped\w*"
        r"|ignor\w*|em vez|pouc[oa]s?|demais|demasiad[oa]s?|fals[oa]s?|des\w{4,}|mal|falt\w*"
        r"|perd\w*|remov\w*|até",
        "o os as um uma e é são do da dos das no na nos nas em para por com que se ao como seu sua"
        " este esta mais ser pode podem ou de cada quando entre",
        numbers="zero dois/duas três quatro cinco seis sete oito nove dez onze doze treze"
        " catorze/quatorze quinze dezesseis/dezasseis dezessete/dezassete dezoito"
        " dezenove/dezanove vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"
        " cem/cento mil",
        thousand="mil",
        million="milhão milhões",
        milliard="bilhão bilhões mil_milhões",
        billion="trilhão trilhões",
    ),
    "nl": _language(
        r"niet|nooit|geen|niets|niks|niemand|nergens|zonder|noch|onmogelijk|ontbre\w*|mislukt?\w*"
        r"|faal\w*|faalt",
        r"on\w{4,}|\w{3,}loos|\w{3,}loze|alleen|slechts|zelden|nauwelijks|behalve|tenzij|vermijd\w*"
        r"|voorkom\w*|negeer\w*|negeren|in plaats|weinig|te|fout\w*|onjuist\w*|verlie\w*"
        r"|verwijder\w*|tot|weg",
        "de het een en is zijn van voor met op in te dat die dit deze wordt worden kan kunnen ook"
        " door bij als of naar uit over om niet aan elke wanneer",
        numbers="nul twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien"
        " vijftien zestien zeventien achttien negentien twintig dertig veertig vijftig"
        " zestig zeventig tachtig negentig honderd duizend",
        thousand="duizend",
        million="miljoen",
        milliard="miljard",
        billion="biljoen",
    ),
}  # fmt: skip
