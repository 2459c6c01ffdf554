"""Minimal pairs, phenomenon by phenomenon: sentences that differ little and must be labelled differently."""

import pytest

from pipeline.labelling import Passage, Rules, label_passages, load_rules
from pipeline.language import Lemmatiser, load_lemmatiser

# label, a sentence that has it, one that looks like it and has it not
PAIRS = {
    "negation": [
        ("challenge", "Lääkäreistä on pulaa.", "Lääkäreistä ei ole pulaa."),
        ("challenge", "Hakemuksissa on ollut viiveitä.", "Hakemuksissa ei ole ollut viiveitä."),
        ("challenge", "Siirrossa oli häiriöitä.", "Siirto tehtiin ilman häiriöitä."),
        ("challenge", "Siirto viivästyi.", "Siirto ei viivästynyt."),
        ("challenge", "Todettiin, että jonot ovat kasvaneet.", "Todettiin, etteivät jonot ole kasvaneet."),
        ("challenge", "Tilanne on vaikea.", "Tilanne ei ole vaikea."),
        ("challenge", "Ongelmia ja viiveitä on ollut.", "Ongelmia, viiveitä tai katkoksia ei ole ollut."),
        ("challenge", "Jonoja ei ole, mutta rahat loppuvat kesken.", "Jonoja ei ole, ja rahaa on jäljellä."),
        ("challenge", "Sijaista ei löytynyt.", "Sijainen löytyi."),
        ("challenge", "Järjestelmä ei toimi.", "Järjestelmä vaihdetaan keväällä."),
        ("challenge", "Sopuun ei päästy.", "Sopimus luettiin läpi."),
        ("challenge", "Vastuista ei ole yhteistä näkemystä.", "Vastuista on yhteinen näkemys."),
        ("challenge", "Palveluun ei ole riittävästi rahaa.", "Palveluun on varattu rahaa."),
        ("success", "Kokeilu onnistui.", "Kokeilu ei onnistunut."),
        ("success", "Yhteistyö toimii hyvin.", "Yhteistyö ei toimi hyvin."),
        ("success", "Tavoite saavutettiin.", "Tavoitetta ei saavutettu."),
        ("success", "Virat saatiin täytettyä.", "Virkoja ei saatu täytettyä."),
        ("agreed_action", "Sovittiin yhteisestä ohjeesta.", "Yhteisestä ohjeesta ei sovittu."),
        ("agreed_action", "Rehtori lupasi selvityksen.", "Selvitystä ei luvattu."),
    ],
    "modality": [
        ("success", "Työnjako on selkeytynyt.", "Työnjakoa tulisi selkeyttää."),
        ("success", "Palvelu on parantunut.", "Toivotaan, että palvelu paranee."),
        ("success", "Käyttöönotto sujui hyvin.", "On tärkeää, että käyttöönotto sujuu hyvin."),
        ("success", "Yhteistyö on tiivistynyt.", "Kunta toivoi, että yhteistyö tiivistyisi."),
        ("success", "Hanke pysyi aikataulussa.", "Tavoitteena on, että hanke pysyy aikataulussa."),
        ("challenge", "Tiedotukseen tulisi panostaa paremmin.", "Tiedotuksesta keskusteltiin."),
        ("challenge", "Esteettömyys pitäisi huomioida paremmin.", "Esteettömyys on tärkeää."),
        ("challenge", "Leikkaus johtaisi vastaanottojen karsimiseen.", "Leikkauksesta keskusteltiin."),
        ("challenge", "Ohjeet kaipaavat selkeyttä.", "Ohjeet jaetaan kouluille."),
        ("agreed_action", "Päätettiin järjestää koulutus.", "Ehdotettiin, että järjestetään koulutus."),
        ("agreed_action", "Sovittiin, että kunta hankkii laitteet.", "Toivottiin, että kunta hankkii laitteet."),
        (
            "agreed_action",
            "Kunta esitti yhteistä koulutusta. Ehdotus hyväksyttiin.",
            "Kunta esitti yhteistä koulutusta. Ehdotus kirjattiin muistioon.",
        ),
    ],
    "time": [
        ("agreed_action", "Sovittiin yhteisestä päivystyksestä.", "Vuonna 2019 sovittiin yhteisestä päivystyksestä."),
        ("agreed_action", "Sovittiin uudesta mallista.", "Viime vuonna sovittiin uudesta mallista."),
        (
            "agreed_action",
            "Talousjohtajat laativat ohjeen 30.6. mennessä.",
            "Talousjohtajat laativat ohjeen viime vuonna.",
        ),
        ("agreed_action", "Sihteeri lähettää kutsun viikolla 7.", "Sihteeri lähetti kutsun viikolla 7."),
    ],
    "figures": [
        (
            "challenge",
            "Päätöksiä odotetaan 7 viikkoa, tavoite on kolme.",
            "Päätöksiä odotetaan 2 viikkoa, tavoite on kolme.",
        ),
        (
            "success",
            "Kokouksesta toiseen kului 6 päivää, raja on 10.",
            "Kokouksesta toiseen kului 16 päivää, raja on 10.",
        ),
        ("challenge", "Hoitajaa kohti on 18 asukasta, suositus 12.", "Hoitajaa kohti on 11 asukasta, suositus 12."),
        ("success", "Myyjäisissä kävi 940 ihmistä, tavoite oli 800.", "Myyjäisissä kävi 640 ihmistä, tavoite oli 800."),
        ("challenge", "Käytöistä kirjattiin 61 %, tavoite 90.", "Käytöistä kirjattiin 94 %, tavoite 90."),
        ("success", "Melua mitattiin 41 dB, enimmäismäärä 55.", "Melua mitattiin 61 dB, enimmäismäärä 55."),
        (
            "challenge",
            "Akut kestävät 20 minuuttia, tavoite on neljä tuntia.",
            "Akut kestävät 6 tuntia, tavoite on neljä tuntia.",
        ),
        ("success", "Verotuloja kertyi 200 000 euroa enemmän.", "Verotuloja kertyi 200 000 euroa."),
        ("challenge", "Verotuloja kertyi 0,2 milj. euroa vähemmän.", "Verotuloja kertyi 0,2 milj. euroa enemmän."),
        ("success", "Toimintakulut alittuivat kaksi prosenttia.", "Toimintakulut ylittyivät kaksi prosenttia."),
    ],
    "comparison": [
        ("challenge", "Jonot ovat pidentyneet.", "Jonot ovat lyhentyneet."),
        ("success", "Jonot ovat lyhentyneet.", "Jonot ovat pidentyneet."),
        ("challenge", "Poissaolot ovat lisääntyneet.", "Poissaolot ovat vähentyneet."),
        ("success", "Poissaolot ovat vähentyneet.", "Poissaolot ovat lisääntyneet."),
        ("challenge", "Lääkärien saatavuus on heikentynyt.", "Lääkärien saatavuus on parantunut."),
        ("success", "Tyytyväisyys on noussut.", "Tyytyväisyys on laskenut."),
        ("challenge", "Tyytyväisyys on laskenut.", "Tyytyväisyys on noussut."),
        ("success", "Ilkivalta on vähentynyt.", "Ilkivalta on lisääntynyt."),
    ],
    "solved": [
        ("challenge", "Ilmanvaihdossa on vika.", "Ilmanvaihdon vika on korjattu."),
        ("success", "Ilmanvaihdon vika on korjattu.", "Ilmanvaihdossa on vika."),
        ("challenge", "Laskutus takkuilee.", "Laskutuksen ongelmat on ratkaistu."),
        ("challenge", "Ruuhka jatkuu.", "Ruuhka saatiin purettua."),
    ],
    "concession": [
        ("challenge", "Vastaanotto toimii hyvin, joskin jonot kasvavat.", "Vastaanotto toimii hyvin."),
        ("success", "Vaikka henkilöstöstä on pulaa, tavoite saavutettiin.", "Henkilöstöstä on pulaa."),
        ("challenge", "Alijäämä kasvaa, vaikka säästöjä on tehty.", "Säästöjä on tehty."),
    ],
    "procedure": [
        ("agreed_action", "Päätettiin hankkia kolme konetta.", "Pöytäkirjantarkastajiksi valittiin Aho ja Lehto."),
        ("agreed_action", "Päätettiin perustaa työryhmä.", "Esityslista hyväksyttiin."),
        ("agreed_action", "Päätettiin jatkaa kokeilua.", "Puheenjohtaja päätti kokouksen klo 15."),
        ("agreed_action", "Sovittiin koulutuksesta.", "Seuraava kokous pidetään 3.4.2025."),
    ],
    "employment": [
        ("employment", "Työttömien määrä kasvaa.", "Työntekijöiden määrä kasvaa."),
        ("employment", "TE-palvelut siirtyvät kunnille.", "Tehtävät siirtyvät kunnille."),
        ("employment", "Palkkatuella palkataan kaksi nuorta.", "Palkkoihin varataan määräraha."),
        ("employment", "Kuntouttavaa työtoimintaa jatketaan.", "Kuntouttavaa hoitoa jatketaan."),
        ("employment", "Nuori työllistyi pajan kautta.", "Uudistus työllistää hallintoa kohtuuttomasti."),
        ("employment", "Pitkäaikaistyöttömyys pieneni.", "Rekrytointi onnistui."),
        ("employment", "TYM-verkosto kokoontui.", "Työryhmä kokoontui."),
        ("employment", "Työllisyysalue aloitti.", "Työllisyysjohtaja Antti Aalto aloitti puheenvuoron."),
    ],
    "pupil_welfare": [
        ("pupil_welfare", "Oppilashuolto tarvitsee tilan.", "Oppilaat tarvitsevat tilan."),
        (
            "pupil_welfare",
            "Kuraattori on paikalla maanantaisin.",
            "Näyttelyn kuraattori esitteli taidemuseon uudet työt.",
        ),
        ("pupil_welfare", "Koulun psykologi lähti.", "Terveysaseman psykologi lähti."),
        ("pupil_welfare", "Yläkoulun poissaolot kasvoivat.", "Henkilöstön sairauspoissaolot kasvoivat."),
        ("pupil_welfare", "Kiusaaminen väheni.", "Kiusallinen virhe korjattiin."),
        ("pupil_welfare", "OHR kokoontuu joka toinen viikko.", "Johtoryhmä kokoontuu joka toinen viikko."),
    ],
    "security": [
        ("security", "Liikenneturvallisuus huolettaa.", "Potilasturvallisuus huolettaa."),
        ("security", "Turvallisuussuunnitelma päivitetään.", "Työturvallisuus kuuluu esihenkilöille."),
        ("security", "Turvakoti avattiin.", "Sosiaaliturvan leikkaukset näkyvät."),
        ("security", "Väestönsuojat tarkastetaan.", "Luontoa suojellaan."),
        ("security", "Valmiussuunnitelma hyväksyttiin.", "Lasten valmiuksia vahvistetaan."),
        ("security", "Sähkökatkoon varauduttiin hyvin.", "Kustannusten nousuun varauduttiin talousarviossa."),
        ("security", "Paloaseman henkilöstö vaihtuu.", "Palokujan tonttijako hyväksyttiin."),
        ("security", "Tietomurto havaittiin ajoissa.", "Tietosuojaseloste päivitettiin."),
        ("security", "Häiriökäyttäytyminen asemalla jatkuu.", "Käyttäytymissäännöt käytiin läpi."),
    ],
    "premises": [
        ("premises", "Tilat ovat ahtaat.", "Tilanne on hankala."),
        ("premises", "Toimitilojen vuokra nousee.", "Talouden tila heikkenee."),
        ("premises", "Väistötila löytyi.", "Tahtotila löytyi."),
        ("premises", "Koulun sisäilmaa tutkitaan.", "Koulun ilmapiiriä tutkitaan."),
        ("premises", "Kiinteistö myydään.", "Kiinteistöveroa korotetaan."),
        ("premises", "Vuokrasopimus päättyy.", "Vuokralääkäreitä käytetään."),
        ("premises", "Kirjaston peruskorjaus alkaa.", "Kirjasto sai uusia kirjoja."),
        ("premises", "Tilakeskus hoitaa asian.", "Tilinpäätös hyväksyttiin ja uutiskirje tilattiin."),
    ],
    "ngos": [
        ("ngos", "Järjestöt saivat avustusta.", "Tilaisuus järjestettiin hyvin."),
        ("ngos", "Yhdistykset kutsutaan mukaan.", "Palvelut yhdistetään."),
        ("ngos", "Kolmas sektori auttaa.", "Kolmas kokous pidettiin."),
        ("ngos", "Urheiluseurat saivat vuoron.", "Seuraava vuoro on keskiviikkona, ja seurakunta tulee mukaan."),
        ("ngos", "Vapaaehtoistyö kasvaa.", "Osallistuminen on vapaaehtoista."),
        ("ngos", "Järjestöjen kanssa neuvotellaan.", "Ammattijärjestöjen kanssa neuvotellaan."),
        ("ngos", "Yhdistys hoitaa kahvion.", "Kuntayhtymä hoitaa laskutuksen."),
        ("ngos", "Yhdistysten avustushaku alkaa.", "Valtion avustushaku koulurakentamiseen alkaa."),
    ],
}


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="module")
def lemmatiser() -> Lemmatiser:
    return load_lemmatiser()


CASES = [
    pytest.param(label, text, wanted, id=f"{phenomenon}: {text}")
    for phenomenon, pairs in PAIRS.items()
    for label, yes, no in pairs
    for text, wanted in ((yes, True), (no, False))
]


@pytest.mark.parametrize(("label", "text", "wanted"), CASES)
def test_pair(rules: Rules, lemmatiser: Lemmatiser, label: str, text: str, wanted: bool) -> None:
    passage = Passage(text=text, tokens=lemmatiser.analyse(text), date="2025-01-22")
    (labelled,) = label_passages([passage], rules)
    found = {given.label: (given.rule, given.evidence) for given in labelled.labels}
    assert (label in found) == wanted, found or labelled.blocked


def test_pairs_are_many() -> None:
    assert sum(len(pairs) for pairs in PAIRS.values()) * 2 >= 150
